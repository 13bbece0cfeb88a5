#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A web server on loopback that passes on what another one has, and does to it what networks do.

usage: chaos-proxy.py UPSTREAM LIFETIME-SECONDS [CERT KEY]
A path /SEED/rest is UPSTREAM/rest; what goes wrong is drawn from the seed, the path, and how often it was asked.
Seeds that begin with "w" (weather) get what passes: a second try is good more often than not. Those that begin with
"m" (malice) get wrong bytes, lies and refusals for ever on one file in three. With CERT and KEY it speaks TLS, and
redirects lead to http.
Prints "PORT" on its first line; ends by itself after LIFETIME seconds.
"""
import collections
import http.server
import os
import random
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.request

upstream, lifetime = sys.argv[1].rstrip('/'), float(sys.argv[2])
asked = collections.Counter()
weather = ['truncate', 'corrupt', 'stall', '429', '408', '500', '503', '503-later', 'reset', 'reset-early', 'longer',
           'redirect', 'slow', 'wrong-range', 'no-length', 'garbage', 'empty']
malice = ['corrupt', '404', '403', 'loop', 'longer', 'shorter', 'endless', 'empty', 'downgrade', 'file', 'garbage', 'truncate']
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Chaos(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def draw(self, seed):
        n = asked[self.path]
        asked[self.path] += 1
        if seed.startswith('m'):
            r = random.Random(f'{seed} {self.path}')
            return r.choice(malice) if r.random() < 0.34 else 'good', r
        r = random.Random(f'{seed} {self.path} {n}')
        return r.choice(weather) if r.random() < 0.45 / (1 + n * 0.4) else 'good', r

    def head(self, status, length, more=()):
        self.send_response(status)
        if length is not None:
            self.send_header('Content-Length', str(length))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.close_connection = True

    def do_GET(self):
        try:
            self.serve()
        except OSError:
            self.close_connection = True

    def serve(self):
        _, seed, rest = self.path.split('/', 2)
        fault, r = self.draw(seed)
        start = 0
        if self.headers.get('Range', '').startswith('bytes='):
            start = int(self.headers['Range'][6:].split('-')[0])
        if fault in ('404', '403', '408', '500', '503'):
            return self.head(int(fault), 0)
        if fault == '429':
            return self.head(429, 0, [('Retry-After', '1')])
        if fault == '503-later':
            return self.head(503, 0, [('Retry-After', '0')])
        if fault == 'reset-early':
            return self.reset()
        if fault == 'redirect':
            return self.head(302, 0, [('Location', self.path)])
        if fault == 'loop':
            return self.head(302, 0, [('Location', self.path)])
        if fault == 'downgrade':
            return self.head(302, 0, [('Location', f'http://127.0.0.1:{plain_port}{self.path}')])
        if fault == 'file':
            return self.head(302, 0, [('Location', 'file:///etc/passwd')])
        try:
            with opener.open(f'{upstream}/{rest}', timeout=20) as answer:
                body = answer.read()
        except urllib.error.HTTPError as e:
            return self.head(e.code, 0)
        if fault == 'corrupt' and body:
            at = r.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ (1 << r.randrange(8))]) + body[at + 1:]
        if fault == 'garbage':
            body = r.randbytes(len(body))
        if fault == 'empty':
            body, start = b'', 0
        if fault == 'longer':
            body += r.randbytes(r.randrange(1, 5000))
        if fault == 'shorter' and body:
            body = body[:r.randrange(len(body))]
        if fault == 'endless':
            self.head(200, None, [('Connection', 'close')])
            while True:
                self.wfile.write(bytes(65536))
        part, more, status = body, [], 200
        if 0 < start < len(body):
            at = start - 1 if fault == 'wrong-range' else start
            part, status = body[at:], 206
            more = [('Content-Range', f'bytes {at}-{len(body) - 1}/{len(body)}')]
        elif start:
            return self.head(416, 0, [('Content-Range', f'bytes */{len(body)}')])
        cut = r.randrange(len(part)) if part else 0
        if fault == 'no-length':
            self.head(200, None, [('Connection', 'close')])
            self.wfile.write(body if r.random() < 0.5 else body[:cut])
            self.close_connection = True
            return
        self.head(status, len(part), more)
        if fault in ('truncate', 'stall', 'reset'):
            self.wfile.write(part[:cut])
            self.wfile.flush()
            if fault == 'stall':
                time.sleep(4)
            if fault == 'reset':
                self.reset()
            self.close_connection = True
            return
        if fault == 'slow':
            for at in range(0, len(part), 1 + len(part) // 5):
                self.wfile.write(part[at:at + 1 + len(part) // 5])
                self.wfile.flush()
                time.sleep(0.1)
            return
        self.wfile.write(part)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *args):
        pass


def serve(context):
    server = Server(('127.0.0.1', 0), Chaos)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


plain_port = serve(None)
port = plain_port
if len(sys.argv) > 4:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])
    port = serve(tls)
print(port, flush=True)
time.sleep(lifetime)
os._exit(0)
