#!/bin/bash
# SPDX-License-Identifier: MIT
# Debian packages over http and https from a real web server: the same lock gives the same tree as through apt, and
# nothing is believed that is not signed, current, and what was promised.
# shellcheck disable=SC1091,SC2086,SC2154
. "$(dirname "$0")/lib.sh"
command -v apt-get >/dev/null || skip_all 'no apt-get on this machine'
. "$(dirname "$0")/web.sh"
a=linux/arm64/musl b=linux/amd64/glibc
real_lock "$scratch/locked" -t $a -t $b || skip_all "no packages: $(why)"
real_store=$XBUILD_CACHE_DIR
make_key good
make_key bad
archive() { # name under the web's root, suite, key, option...
	local name=$1 suite=$2 key=$3
	shift 3
	python3 "$top/tests/real/mirror.py" debian "$web/$name" "$suite" "$scratch/gpg.$key" "store=$real_store" "$@" <"$scratch/locked/xbuild.lock"
	gpgconf --homedir "$scratch/gpg.$key" --kill all
}
archive debian bookworm good formats=xz,gz
archive unsigned bookworm good && sed -n '/^Origin/,/^-----BEGIN/p' "$web/unsigned/dists/bookworm/InRelease" >"$scratch/plain" && cp "$scratch/plain" "$web/unsigned/dists/bookworm/InRelease"
archive alien bookworm bad
archive other bookworm good codename=trixie
now=$(date +%s)
archive expired bookworm good "date=$((now - 900000))" valid=604800
archive future bookworm good "date=$((now + 900000))"
archive older bookworm good "date=$((now - 900000))"
archive 'old/20250510T082833Z' bookworm good date=1746865713 valid=604800
archive nohash bookworm good byhash=no formats=gz
rm -r "$web"/nohash/dists/bookworm/main/binary-*/by-hash
archive torn bookworm good
for f in "$web"/torn/dists/bookworm/main/binary-*/by-hash/SHA256/* "$web"/torn/dists/bookworm/main/binary-*/Packages.xz; do printf x >>"$f"; done
archive changed bookworm good
python3 - "$web"/torn/dists/bookworm/InRelease "$web"/changed/dists/bookworm/InRelease <<'P'
import sys
text = open(sys.argv[2]).read()
open(sys.argv[2], 'w').write(text.replace('Suite: stable', 'Suite: stabIe'))
P
start_web
http=http://127.0.0.1:$port https=https://127.0.0.1:$tls_port

n=0
fresh() { # a store that is empty
	n=$((n + 1))
	export XBUILD_CACHE_DIR=$scratch/store.$n
	export XBUILD_TRANSPORT=http XBUILD_KEYRING_DEBIAN=$scratch/good.gpg XBUILD_MIRROR_DEBIAN=$http/debian
	mkdir -p "$scratch/empty"
	cd "$scratch/empty" || exit 1
}
fails() { # exit code, words, text, command...
	local code=$1 words=$2 text=$3 status
	shift 3
	"$@" >"$scratch/log" 2>&1 </dev/null
	status=$?
	if [ $status != "$code" ]; then
		not_ok "$text: exit $status, wanted $code" "$scratch/log"
	elif ! grep -q -e "$words" "$scratch/log"; then
		not_ok "$text: nothing like \"$words\"" "$scratch/log"
	else
		ok "$text"
	fi
	[ -z "$(cd "$XBUILD_CACHE_DIR" 2>/dev/null && find tmp blobs/sha256 -mindepth 1 2>/dev/null | head -n 1)" ] || not_ok "$text: something half-made stays"
}
listing() { (cd "$1/roots" && find . -path './*/*' -printf '%p %y %m %Ts %l\n' | sort && find . -path './*/*' -type f -exec sha256sum {} + | sort -k 2); }
of_target() { # store, target, folder with a lock: only that root
	local root
	root=$(XBUILD_CACHE_DIR=$1 "$XBUILD" -C "$3" sysroot path "$2") && (cd "$root" && find . -printf '%p %y %m %Ts %l\n' | sort && find . -type f -exec sha256sum {} + | sort -k 2)
}

fresh
expect 'http: a static set' "$XBUILD" sysroot add $a --set c-static
expect 'http: C++' "$XBUILD" sysroot add $b --set c++
expect 'all that came is whole' "$XBUILD" sysroot verify
before=$(requests)
expect 'a larger set fetches what is new' "$XBUILD" sysroot add $a
expect 'from an index that is remembered' test $(($(requests) - before)) = 1
rm -rf "$XBUILD_CACHE_DIR/roots" "$XBUILD_CACHE_DIR/refs"
before=$(requests)
expect 'offline it is made again from what is there' "$XBUILD" --offline sysroot add $a
expect 'without a single request' test "$(requests)" = "$before"

for t in $a $b; do
	fresh
	expect "$t: the lock gives a root over http" "$XBUILD" -C "$scratch/locked" --locked sysroot add $t
	of_target "$XBUILD_CACHE_DIR" $t "$scratch/locked" >"$scratch/by-http"
	XBUILD_CACHE_DIR=$real_store of_target "$real_store" $t "$scratch/locked" >"$scratch/by-apt"
	expect "$t: byte for byte the one through apt" cmp "$scratch/by-http" "$scratch/by-apt"
	expect "$t: which is not empty" grep -q libc.a "$scratch/by-apt"
	expect "$t: no index was asked for" test ! -e "$XBUILD_CACHE_DIR/index"
done
fresh
mkdir "$scratch/new" && expect 'http: a lock' "$XBUILD" -C "$scratch/new" lock -t $a -t $b
expect 'is the lock that apt gives' cmp "$scratch/new/xbuild.lock" "$scratch/locked/xbuild.lock"
fresh
mkdir "$scratch/apt" && expect 'apt from the same server' "$XBUILD" -C "$scratch/apt" --transport apt lock -t $a -t $b
expect 'gives the same too' cmp "$scratch/apt/xbuild.lock" "$scratch/locked/xbuild.lock"

fresh
expect 'https with an authority of our own' env SSL_CERT_FILE="$scratch/ca/ca.pem" XBUILD_MIRROR_DEBIAN=$https/debian "$XBUILD" sysroot add $a
expect 'by HTTP/2' grep -q '"GET [^"]*libgcc[^"]* HTTP/2.0" 200' "$scratch/nginx/access.log"
fresh
fails 6 'certificate' 'https with an authority that is not known' env XBUILD_MIRROR_DEBIAN=$https/debian "$XBUILD" sysroot add $a
fails 6 'certificate' 'https with the certificate of another name' env SSL_CERT_FILE="$scratch/ca/ca.pem" XBUILD_MIRROR_DEBIAN="https://localhost:$tls_port/debian" "$XBUILD" sysroot add $a
expect 'file:' env XBUILD_MIRROR_DEBIAN="file://$web/debian" "$XBUILD" --offline --transport http -C "$scratch/locked" sysroot add $a
fresh
expect 'an archive without by-hash, with gzip' env XBUILD_MIRROR_DEBIAN=$http/nohash "$XBUILD" sysroot add $a
fresh
expect 'a dated archive, long expired today' env XBUILD_MIRROR_DEBIAN=$http/old/20250510T082833Z "$XBUILD" sysroot add $a

fresh
fails 6 'not signed' 'an archive that is not signed' env XBUILD_MIRROR_DEBIAN=$http/unsigned "$XBUILD" sysroot add $a
fails 6 'not in the keyring' 'signed by a stranger' env XBUILD_MIRROR_DEBIAN=$http/alien "$XBUILD" sysroot add $a
fails 6 'signature is wrong' 'changed after it was signed' env XBUILD_MIRROR_DEBIAN=$http/changed "$XBUILD" sysroot add $a
fails 6 'another release' 'another release than was asked for' env XBUILD_MIRROR_DEBIAN=$http/other "$XBUILD" sysroot add $a
fails 6 'not been updated' 'expired' env XBUILD_MIRROR_DEBIAN=$http/expired "$XBUILD" sysroot add $a
fails 6 'in the future' 'signed in the future' env XBUILD_MIRROR_DEBIAN=$http/future "$XBUILD" sysroot add $a
fails 6 'middle of an update' 'an index that does not fit' env XBUILD_MIRROR_DEBIAN=$http/torn "$XBUILD" sysroot add $a
fails 6 'does not have it' 'no such archive' env XBUILD_MIRROR_DEBIAN=$http/nowhere "$XBUILD" sysroot add $a
fails 3 'no packages of debian:12' 'no such architecture' "$XBUILD" sysroot add linux/386/musl
fails 3 'keys of Debian 12 are not here' 'no keyring' env XBUILD_KEYRING_DEBIAN=/nonexistent "$XBUILD" sysroot add $a
fails 2 'no mirror has a URL' 'a mirror that is none' env XBUILD_MIRROR_DEBIAN=ftp://h/debian "$XBUILD" sysroot add $a
fails 3 'offline, and there is no index' 'offline with nothing' "$XBUILD" --offline sysroot add $a
fails 3 'offline, and package' 'offline with a lock and nothing' "$XBUILD" -C "$scratch/locked" --offline sysroot add $a
fails 6 'reach\|connect' 'no network' env XBUILD_MIRROR_DEBIAN=http://127.0.0.1:9/debian "$XBUILD" sysroot add $a
expect 'after all that the next run just works' "$XBUILD" sysroot add $a
fresh
expect 'a replay is known: first the newer' "$XBUILD" sysroot add $a
mkdir -p "$scratch/replay"
if env XBUILD_MIRROR_DEBIAN=$http/older "$XBUILD" -C "$scratch/replay" lock -t $a --update >"$scratch/log" 2>&1; then
	not_ok 'then the older is refused' "$scratch/log"
else
	cp "$scratch/log" "$scratch/replayed"
	expect 'then the older is refused' grep 'older than the one that was seen before' "$scratch/replayed"
fi
fresh
expect 'several mirrors: the first that can be believed' env XBUILD_MIRROR_DEBIAN="http://127.0.0.1:9/x $http/unsigned $http/alien $http/debian" "$XBUILD" sysroot add $a
fresh
mkdir -p "$scratch/cfg" && printf '{"mirrors":{"debian":["%s"]},"keyrings":{"debian":"../good.gpg"},"transport":"http"}' "$http/debian" >"$scratch/cfg/config.json"
expect 'all of it from config.json' env -u XBUILD_MIRROR_DEBIAN -u XBUILD_KEYRING_DEBIAN -u XBUILD_TRANSPORT XBUILD_CONFIG="$scratch/cfg/config.json" "$XBUILD" sysroot add $a
fresh
fails 6 '401' 'a server that wants a password' env XBUILD_MIRROR_DEBIAN=$http/locked/debian "$XBUILD" sysroot add $a
printf 'machine 127.0.0.1 login me password secret\n' >"$scratch/netrc"
expect 'which netrc has' env NETRC="$scratch/netrc" XBUILD_MIRROR_DEBIAN=$http/locked/debian "$XBUILD" sysroot add $a
fresh
fails 6 '401' 'a wrong password in the URL' env XBUILD_MIRROR_DEBIAN="http://me:geheim@127.0.0.1:$port/locked/debian" "$XBUILD" sysroot add $a
if grep -q geheim "$scratch/log"; then not_ok 'is not printed' "$scratch/log"; else ok 'is not printed'; fi
expect 'a proxy is asked' env http_proxy="http://127.0.0.1:$port" XBUILD_MIRROR_DEBIAN=http://mirror.invalid/debian "$XBUILD" sysroot add $a
fresh
fails 6 '' 'unless no_proxy says not to' env http_proxy="http://127.0.0.1:$port" no_proxy=mirror.invalid XBUILD_MIRROR_DEBIAN=http://mirror.invalid/debian "$XBUILD" sysroot add $a

# Ubuntu is the same with two components and keys of its own.
archive ubuntu jammy good components=universe,main
fresh
fails 3 'has no package' 'Ubuntu: packages that are called otherwise' env XBUILD_MIRROR_UBUNTU=$http/ubuntu XBUILD_KEYRING_UBUNTU="$scratch/good.gpg" "$XBUILD" sysroot add $a --source ubuntu:22.04
cp "$scratch/log" "$scratch/ubuntu"
expect 'which is what its index says' grep 'ubuntu:22.04 has no package libgcc-11-dev for arm64' "$scratch/ubuntu"
fails 2 'apt fetches packages of Debian' 'Ubuntu does not come by apt' "$XBUILD" --transport apt sysroot add $a --source ubuntu:22.04

# Bundles for machines without a network.
fresh
expect 'a bundle of the lock' "$XBUILD" -C "$scratch/locked" sysroot vendor -o "$scratch/b.tar.zst"
expect 'the same again' "$XBUILD" -C "$scratch/locked" sysroot vendor -o "$scratch/c.tar.zst"
expect 'is the same bytes' cmp "$scratch/b.tar.zst" "$scratch/c.tar.zst"
fresh
before=$(requests)
mkdir "$scratch/island"
expect 'is taken in' "$XBUILD" -C "$scratch/island" --offline sysroot vendor --import "$scratch/b.tar.zst"
expect 'with its lock' cmp "$scratch/island/xbuild.lock" "$scratch/locked/xbuild.lock"
expect 'and serves without a network' "$XBUILD" -C "$scratch/island" --offline --locked sysroot add $a
of_target "$XBUILD_CACHE_DIR" $a "$scratch/island" >"$scratch/by-bundle"
XBUILD_CACHE_DIR=$real_store of_target "$real_store" $a "$scratch/locked" >"$scratch/by-apt"
expect 'with the same root' cmp "$scratch/by-bundle" "$scratch/by-apt"
expect 'that nobody was asked for' test "$(requests)" = "$before"
fresh
head -c 1000000 "$scratch/b.tar.zst" >"$scratch/cut.tar.zst"
"$XBUILD" sysroot vendor --import "$scratch/cut.tar.zst" >"$scratch/log" 2>&1
expect 'a bundle that is cut short: exit 4' test $? = 4
forged=$(printf x | sha256sum | cut -d' ' -f1)
mkdir -p "$scratch/forge/blobs/sha256" && echo evil >"$scratch/forge/blobs/sha256/$forged"
tar -C "$scratch/forge" -cf "$scratch/forged.tar" "blobs/sha256/$forged"
"$XBUILD" sysroot vendor --import "$scratch/forged.tar" >"$scratch/log" 2>&1
expect 'a forged bundle: exit 6' test $? = 6
expect 'leaves nothing of itself' test -z "$(find "$XBUILD_CACHE_DIR/tmp" -mindepth 1)" -a ! -e "$XBUILD_CACHE_DIR/blobs/sha256/$forged"

# A server that takes a request and is silent.
fresh
coproc SILENT { exec python3 -c 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); c = s.accept(); time.sleep(60)'; }
silent_pid=$SILENT_PID
read -r silent <&"${SILENT[0]}"
XBUILD_MIRROR_DEBIAN=http://127.0.0.1:$silent/debian env --default-signal=INT "$XBUILD" sysroot add $a >"$scratch/log" 2>&1 </dev/null &
pid=$!
sleep 2
began=$(date +%s%N)
kill -INT $pid
wait $pid
status=$?
took=$((($(date +%s%N) - began) / 1000000))
if [ $status = 130 ] && [ $took -lt 1500 ]; then ok 'Ctrl-C in a fetch ends it at once'; else not_ok "Ctrl-C in a fetch: exit $status after $took ms" "$scratch/log"; fi
expect 'and leaves nothing half-made' test -z "$(find "$XBUILD_CACHE_DIR/tmp" -mindepth 1)"
kill $silent_pid 2>/dev/null

# Sixteen at once: one works, the server is asked once.
fresh
: >"$scratch/nginx/access.log"
pids=
for i in $(seq 16); do
	"$XBUILD" sysroot add -q $a >"$scratch/crowd.$i" 2>&1 </dev/null &
	pids="$pids $!"
done
failed=0
for p in $pids; do wait "$p" || failed=$((failed + 1)); done
cat "$scratch"/crowd.* >"$scratch/log"
if [ $failed = 0 ]; then ok 'sixteen at once'; else not_ok "sixteen at once: $failed failed" "$scratch/log"; fi
cut -d'"' -f2 "$scratch/nginx/access.log" | sort | uniq -d >"$scratch/doubles"
if [ -s "$scratch/doubles" ]; then not_ok 'nothing is asked for twice' "$scratch/doubles"; else ok 'nothing is asked for twice'; fi
expect 'and something was' test "$(requests)" = 6
finish
