#!/bin/bash
# SPDX-License-Identifier: MIT
# A mirror behind bad weather and malice, and kills at any instant: each run ends well or says why not, the store is
# whole after each, and the next run works. XBUILD_TEST_ALL=1: 250 runs and 200 kills instead of a few.
# shellcheck disable=SC1091,SC2086,SC2154
. "$(dirname "$0")/lib.sh"
command -v apt-get >/dev/null || skip_all 'no apt-get on this machine'
. "$(dirname "$0")/web.sh"
t=linux/arm64/musl
real_lock "$scratch/locked" -t $t || skip_all "no packages: $(why)"
make_key good
python3 "$top/tests/real/mirror.py" debian "$web/debian" bookworm "$scratch/gpg.good" "store=$XBUILD_CACHE_DIR" <"$scratch/locked/xbuild.lock"
gpgconf --homedir "$scratch/gpg.good" --kill all
start_web
runs=48 kills=40
[ -z "${XBUILD_TEST_ALL:-}" ] || runs=252 kills=200
export XBUILD_TRANSPORT=http XBUILD_KEYRING_DEBIAN=$scratch/good.gpg XBUILD_TIMEOUT=1 SSL_CERT_FILE=$scratch/ca/ca.pem
mkdir "$scratch/here" && cd "$scratch/here" || exit 1

coproc PLAIN { exec python3 "$top/tests/real/chaos-proxy.py" "http://127.0.0.1:$port" 3600; }
plain_pid=$PLAIN_PID
read -r chaos_port <&"${PLAIN[0]}"
{ coproc TLS { exec python3 "$top/tests/real/chaos-proxy.py" "http://127.0.0.1:$port" 3600 "$scratch/ca/cert.pem" "$scratch/ca/key.pem"; }; } 2>/dev/null
tls_pid=$TLS_PID
read -r chaos_tls <&"${TLS[0]}"
trap 'kill $plain_pid $tls_pid 2>/dev/null; end_web; rm -rf "$scratch"' EXIT

good=$scratch/good-store
XBUILD_CACHE_DIR=$good XBUILD_MIRROR_DEBIAN=http://127.0.0.1:$port/debian "$XBUILD" sysroot add -q $t --set c-static >"$scratch/log" 2>&1 || not_ok 'without chaos' "$scratch/log"
listing() { (cd "$1/roots" && find . -path './*/*' -printf '%p %y %m %Ts %l\n' | sort && find . -path './*/*' -type f -exec sha256sum {} + | sort -k 2); }
listing "$good" >"$scratch/good.txt"
leftovers() { (cd "$1" 2>/dev/null && find tmp roots refs blobs index quarantine -mindepth 1 \( -path 'tmp/*' -o -name '*.xbuild-tmp*' -o -name '.*' -o -path 'quarantine/*' \) 2>/dev/null); }

# seed: prints "seed verdict"; the store is judged whatever the verdict
run_one() {
	local seed=$1 store=$scratch/chaos.$1 base=http://127.0.0.1:$chaos_port status blob
	case $seed in m*[05]) base=https://127.0.0.1:$chaos_tls ;; esac
	XBUILD_CACHE_DIR=$store XBUILD_MIRROR_DEBIAN=$base/$seed/debian timeout 120 "$XBUILD" sysroot add -q $t --set c-static >"$scratch/out.$seed" 2>&1 </dev/null
	status=$?
	case $status in
	0)
		listing "$store" >"$scratch/tree.$seed"
		cmp -s "$scratch/tree.$seed" "$scratch/good.txt" || { echo "$seed wrong-bytes" && return; }
		;;
	3 | 6) grep -q '^xbuild: cannot fetch\|^xbuild: the index\|^xbuild: this mirror' "$scratch/out.$seed" && grep -q '^  at ' "$scratch/out.$seed" || { echo "$seed unclear" && return; } ;;
	*) echo "$seed exit-$status" && return ;;
	esac
	XBUILD_CACHE_DIR=$store "$XBUILD" sysroot verify >/dev/null 2>&1 || { echo "$seed not-whole" && return; }
	[ -z "$(leftovers "$store")" ] || { echo "$seed leftovers" && return; }
	for blob in "$store"/blobs/sha256/*; do
		[ ! -e "$blob" ] || [ "$(sha256sum <"$blob" | cut -d' ' -f1)" = "${blob##*/}" ] || { echo "$seed bad-blob" && return; }
	done
	rm -rf "$store" "$scratch/tree.$seed"
	echo "$seed ended-$status"
}
for n in $(seq $runs); do
	case $((n % 3)) in 0) seed=m$n ;; *) seed=w$n ;; esac
	run_one $seed >>"$scratch/verdicts" &
	while [ "$(jobs -rp | wc -l)" -ge 7 ]; do wait -n; done # nginx and two proxies are jobs too
done
while [ "$(jobs -rp | wc -l)" -gt 3 ]; do wait -n; done
count() { grep -c "$1" "$scratch/verdicts"; }
grep -v ' ended-' "$scratch/verdicts" >"$scratch/bad"
while read -r seed verdict; do
	{ echo "$seed $verdict" && cat "$scratch/out.$seed"; } >>"$scratch/bad.log"
done <"$scratch/bad"
echo "# $runs runs: $(count '^w.* ended-0') of $(count '^w') in bad weather succeeded, $(count '^m.* ended-0') of $(count '^m') under malice; the others said why"
grep -h '^xbuild: ' "$scratch"/out.w* "$scratch"/out.m* | sed 's/.*: //' | sort | uniq -c | sort -rn | sed 's/^/# /'
if [ -s "$scratch/bad" ]; then not_ok "$(wc -l <"$scratch/bad") of $runs runs with faults" "$scratch/bad.log"; else ok "$runs runs with faults"; fi
expect 'all of them' test "$(count '')" = $runs
expect 'in bad weather most succeed' test $(($(count '^w.* ended-0') * 10)) -ge $(($(count '^w') * 8))
expect 'under malice some fail' test "$(count '^m.* ended-6')" -gt 0

# Kills: one store that is killed again and again, from a mirror in good weather.
store=$scratch/killed
export XBUILD_CACHE_DIR=$store XBUILD_MIRROR_DEBIAN=http://127.0.0.1:$port/debian
begin=$(date +%s%N)
"$XBUILD" sysroot add -q $t --set c-static >"$scratch/log" 2>&1
span=$((($(date +%s%N) - begin) / 1000000))
failed='' finished=0
RANDOM=4711
for n in $(seq $kills); do
	case $((n % 4)) in # from nothing, from packages alone, from an index alone
	0) rm -rf "$store" ;;
	1) rm -rf "$store/roots" "$store/refs" "$store/blobs" ;;
	2) rm -rf "$store/roots" "$store/refs" ;;
	3) rm -rf "$store/roots" "$store/refs" "$store/blobs" "$store/cache" ;;
	esac
	"$XBUILD" sysroot add -q $t --set c-static >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$(printf '0.%03d' $((RANDOM % (span > 999 ? 999 : span))))"
	kill -KILL $pid 2>/dev/null || finished=$((finished + 1))
	wait $pid 2>/dev/null
	# what a dead one leaves is below tmp/ alone, or is whole
	[ -z "$(leftovers "$store" | grep -v '^tmp/')" ] || failed="$failed $n(left)"
	for blob in "$store"/blobs/sha256/*; do
		[ ! -e "$blob" ] || [ "$(sha256sum <"$blob" | cut -d' ' -f1)" = "${blob##*/}" ] || failed="$failed $n(blob)"
	done
	if [ $((n % 8)) = 7 ]; then
		"$XBUILD" sysroot gc >"$scratch/log" 2>&1 || failed="$failed $n(gc)"
		[ -z "$(leftovers "$store")" ] || failed="$failed $n(gc-left)"
	fi
	"$XBUILD" sysroot add -q $t --set c-static >"$scratch/log" 2>&1 || failed="$failed $n(next)"
	"$XBUILD" sysroot verify >>"$scratch/log" 2>&1 || failed="$failed $n(verify)"
	listing "$store" >"$scratch/killed.txt"
	cmp -s "$scratch/killed.txt" "$scratch/good.txt" || failed="$failed $n(tree)"
	[ -z "$(leftovers "$store")" ] || failed="$failed $n(after)"
done
echo "# $kills kills within $span ms, $finished came too late"
if [ -z "$failed" ]; then ok "$kills kills at any instant"; else not_ok "kills:$failed" "$scratch/log"; fi
finish
