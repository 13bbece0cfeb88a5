# SPDX-License-Identifier: MIT
# Shared by tests/real/http*.t, after lib.sh: a web server on loopback, keys, and real packages to serve.
# shellcheck shell=bash disable=SC2154
command -v nginx >/dev/null || skip_all 'no nginx on this machine'
{ command -v gpg && command -v gpgv; } >/dev/null || skip_all 'no gpg and gpgv on this machine'
unset http_proxy https_proxy all_proxy CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR NETRC XBUILD_MIRROR_DEBIAN XBUILD_TRANSPORT
web=$scratch/web
mkdir -p "$web" "$scratch/nginx"
trap 'end_web; rm -rf "$scratch"' EXIT

# A certificate authority of the test's own, and a certificate for 127.0.0.1.
make_ca() {
	local d=$scratch/ca
	mkdir "$d" && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=test authority' \
		-keyout "$d/ca.key" -out "$d/ca.pem" 2>/dev/null &&
		openssl req -newkey rsa:2048 -nodes -subj '/CN=127.0.0.1' -keyout "$d/key.pem" -out "$d/csr.pem" 2>/dev/null &&
		printf 'subjectAltName=IP:127.0.0.1\n' >"$d/ext" &&
		openssl x509 -req -in "$d/csr.pem" -CA "$d/ca.pem" -CAkey "$d/ca.key" -CAcreateserial -days 2 \
			-extfile "$d/ext" -out "$d/cert.pem" 2>/dev/null
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# Serves $web on http://127.0.0.1:$port and https://127.0.0.1:$tls_port; requests are in $scratch/nginx/access.log.
start_web() {
	local d=$scratch/nginx
	make_ca || skip_all 'openssl cannot make certificates'
	port=$(free_port) tls_port=$(free_port)
	chmod 755 "$scratch"
	cat >"$d/nginx.conf" <<C
worker_processes 1;
daemon off;
pid $d/pid;
error_log $d/error.log;
events { worker_connections 256; }
http {
	access_log $d/access.log;
	root $web;
	client_body_temp_path $d/body; proxy_temp_path $d/proxy; fastcgi_temp_path $d/fastcgi; uwsgi_temp_path $d/uwsgi; scgi_temp_path $d/scgi;
	server { listen 127.0.0.1:$port; location /locked/ { auth_basic x; auth_basic_user_file $d/users; alias $web/; } }
	server { listen 127.0.0.1:$tls_port ssl http2; ssl_certificate $scratch/ca/cert.pem; ssl_certificate_key $scratch/ca/key.pem; }
}
C
	printf 'me:%s\n' "$(openssl passwd -apr1 secret)" >"$d/users"
	nginx -c "$d/nginx.conf" >"$d/out" 2>&1 &
	nginx_pid=$!
	for _ in $(seq 50); do
		(exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null && return 0
		sleep 0.1
	done
	skip_all "nginx does not start: $(tail -n 1 "$d/out")"
}
end_web() { [ -z "${nginx_pid:-}" ] || { kill "$nginx_pid" 2>/dev/null; wait "$nginx_pid" 2>/dev/null; }; }
requests() { wc -l <"$scratch/nginx/access.log"; }

# A key of the test's own: $keyring has its public half.
make_key() { # name
	mkdir -m 700 "$scratch/gpg.$1"
	gpg -q --batch --homedir "$scratch/gpg.$1" --passphrase '' --quick-gen-key "Test $1 <$1@example.org>" rsa2048 sign never 2>/dev/null
	gpg -q --homedir "$scratch/gpg.$1" --export >"$scratch/$1.gpg"
	gpgconf --homedir "$scratch/gpg.$1" --kill all
}
# Real packages: the lock of some targets, from the mirror that this machine's apt uses, and a store that has them.
real_lock() { # folder for xbuild.lock, -t TARGET...
	local folder=$1 t
	shift
	mkdir -p "$folder"
	"$XBUILD" -C "$folder" --transport apt lock -q "$@" >"$scratch/why" 2>&1 || return 1
	for t; do
		[ "$t" = -t ] || "$XBUILD" -C "$folder" --transport apt sysroot add -q "$t" >>"$scratch/why" 2>&1 || return 1
	done
}
