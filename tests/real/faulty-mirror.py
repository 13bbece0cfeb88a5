#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Debian mirror on loopback that misbehaves on demand, in front of the machine's real one.

usage: faulty-mirror.py UPSTREAM MODE LIFETIME-SECONDS
  MODE  pass      forwards everything
        midsync   indexes differ from what the signed InRelease says
        stall     packages stop in the middle and hang
        corrupt   one byte of every package differs
        missing   packages answer 404
Prints "PORT" on its first line; ends by itself after LIFETIME seconds.
"""
import http.server
import os
import sys
import threading
import time
import urllib.request

upstream, mode, lifetime = sys.argv[1].rstrip('/'), sys.argv[2], float(sys.argv[3])


class Mirror(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.0'

    def do_GET(self):
        is_package = self.path.endswith('.deb')
        is_index = '/Packages' in self.path or '/by-hash/' in self.path
        if is_package and mode == 'missing':
            self.send_error(404)
            return
        try:
            with urllib.request.urlopen(upstream + self.path, timeout=60) as answer:
                body = answer.read()
        except OSError:
            self.send_error(404)
            return
        if is_package and mode == 'corrupt':
            body = body[:1000] + bytes([body[1000] ^ 1]) + body[1001:]
        if is_index and mode == 'midsync':
            body = body + b'newer'
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if is_package and mode == 'stall':
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            time.sleep(lifetime)
            return
        try:
            self.wfile.write(body)
        except OSError:
            pass  # apt gave up on what it noticed to be wrong

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Mirror)
server.daemon_threads = True
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
time.sleep(lifetime)
os._exit(0)
