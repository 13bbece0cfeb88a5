#!/bin/bash
# SPDX-License-Identifier: MIT
# What bad input and bad weather get: a clear error with what, where and hint, the exit code of
# xbuild(1), nothing half-written, and a next run that just works.
# shellcheck disable=SC2086,SC1091
. "$(dirname "$0")/lib.sh"
hello=$top/examples/hello/hello.c
t=linux/arm64/musl

# fails CODE TEXT-PATTERN TEXT command...: exit code, a line that says what, and a hint where one is promised
fails() {
	local code=$1 pattern=$2 text=$3 status
	shift 3
	"$@" >"$scratch/log" 2>&1 </dev/null
	status=$?
	if [ $status != "$code" ]; then
		not_ok "$text: exit $status, wanted $code" "$scratch/log"
	elif ! grep -qE "$pattern" "$scratch/log"; then
		not_ok "$text: no line like /$pattern/" "$scratch/log"
	else
		ok "$text"
	fi
}
hinted() { # text: the last failure came with a hint
	if grep -q '^  hint: ' "$scratch/log"; then ok "$1: with a hint"; else not_ok "$1: with a hint" "$scratch/log"; fi
}
clean_store() { # text, store: nothing half-written
	local left
	left=$(cd "$2" 2>/dev/null && find tmp blobs roots -mindepth 1 \( -path 'tmp/*' -o -name '*.xbuild-tmp*' -o -name '*.partial' \) 2>/dev/null | head -3)
	if [ -z "$left" ]; then ok "$1: nothing half-written stays"; else
		echo "$left" >"$scratch/log"
		not_ok "$1: nothing half-written stays" "$scratch/log"
	fi
}
copy_sysroot() { # store: the one sysroot of $t goes there as it is
	local root
	root=$("$XBUILD" sysroot path $t) && mkdir -p "$1/roots" "$1/refs" &&
		cp -r "$root" "$root".json "$1/roots/" && cp "$XBUILD_CACHE_DIR"/refs/linux+arm64+musl@* "$1/refs/"
}
# Background jobs of a shell that is not interactive ignore SIGINT: env gives it back.
new_store() { echo "$scratch/store.$1"; }

# --- the command line
fails 2 'unknown architecture "arm46"' 'unknown target' "$XBUILD" build -t linux/arm46/musl "$hello"
hinted 'unknown target'
fails 2 'unknown command biuld' 'unknown command' "$XBUILD" biuld
hinted 'unknown command'
fails 2 '' 'no target for cc' "$XBUILD" cc -c "$hello"
fails 3 'nothere\.c' 'a source that is not there' "$XBUILD" -C "$scratch" build -t $t --static "$scratch/nothere.c"

# --- toolchains. A PATH with everything but compilers.
mkdir "$scratch/bin"
for p in ninja sh apt-get apt-config dpkg-deb gpgv; do
	w=$(command -v $p) && ln -s "$w" "$scratch/bin/$p"
done
fails 3 'clang' 'no clang on this machine' env PATH="$scratch/bin" XBUILD_CACHE_DIR="$(new_store noclang)" "$XBUILD" -C "$scratch" build -t $t --static "$hello"
hinted 'no clang on this machine'
if [ -x /usr/bin/clang-14 ] && [ -x /usr/bin/ld.lld-14 ]; then
	ln -s /usr/bin/clang-14 "$scratch/bin/clang"
	ln -s /usr/bin/clang++-14 "$scratch/bin/clang++"
	ln -s /usr/bin/ld.lld-14 "$scratch/bin/ld.lld"
	for p in ar ranlib strip nm objcopy; do ln -s /usr/bin/llvm-$p-14 "$scratch/bin/llvm-$p"; done
	fails 3 'lld' 'lld too old for s390x' env PATH="$scratch/bin" XBUILD_CACHE_DIR="$(new_store oldlld)" "$XBUILD" -C "$scratch" build -t linux/s390x/musl --static "$hello"
	hinted 'lld too old for s390x'
else
	skip 'lld too old for s390x' 'clang-14 and lld-14 are not here'
fi

# --- a source that does not compile, and one that does not link
have_sysroot $t c-static >/dev/null || skip_all "no sysroot: $(why)"
printf 'int main(void) { return undeclared_thing; }\n' >"$scratch/broken.c"
fails 5 'undeclared_thing' 'a source that does not compile' "$XBUILD" -C "$scratch" build -t $t --static "$scratch/broken.c"
printf 'int missing_function(void);\nint main(void) { return missing_function(); }\n' >"$scratch/unlinked.c"
fails 5 'missing_function' 'a program that does not link' "$XBUILD" -C "$scratch" build -t $t --static "$scratch/unlinked.c"
if [ -e "$scratch/xbuild-out/linux-arm64-musl/unlinked" ]; then not_ok 'a failed link leaves no output'; else ok 'a failed link leaves no output'; fi
printf 'int main(void) { return 0; }\n' >"$scratch/unlinked.c"
expect 'the next run, mended, just works' "$XBUILD" -C "$scratch" build -t $t --static "$scratch/unlinked.c"
# one failing target does not stop the others
fails 5 '' 'two targets, one of which cannot compile' "$XBUILD" -C "$scratch" build -t $t -t linux/amd64/musl --static --cflag=-include --cflag="$scratch/arm-only.h" "$scratch/unlinked.c"

# --- Ctrl-C in the middle of a link: a linker that waits, put in front of the real one
printf 'int main(void) { return 1; }\n' >"$scratch/slow.c"
mkdir "$scratch/slowbin"
cat >"$scratch/slowbin/ld.lld" <<X
#!/bin/sh
[ "\$1" = --version ] && exec $(command -v ld.lld) --version
for a; do
	[ "\$last" = -o ] && echo partial >"\$a"
	last=\$a
done
exec sleep 20
X
cat >"$scratch/slowbin/clang" <<X
#!/bin/sh
case " \$* " in *' -c '*|*--version*|*-print-*) exec $(command -v clang) "\$@" ;; esac
exec "$scratch/slowbin/ld.lld" "\$@"
X
chmod +x "$scratch/slowbin/clang"
chmod +x "$scratch/slowbin/ld.lld"
store=$(new_store slow)
copy_sysroot "$store"
(cd "$scratch" && PATH="$scratch/slowbin:$PATH" XBUILD_CACHE_DIR=$store exec env --default-signal=INT "$XBUILD" build -t $t --static slow.c) >"$scratch/log" 2>&1 </dev/null &
pid=$!
sleep 3
kill -INT $pid
wait $pid
status=$?
if [ $status = 130 ]; then ok 'Ctrl-C in the middle of a link: exit 130'; else not_ok "Ctrl-C in the middle of a link: exit $status" "$scratch/log"; fi
if [ -e "$scratch/xbuild-out/linux-arm64-musl/slow" ]; then not_ok 'Ctrl-C in a link leaves no output'; else ok 'Ctrl-C in a link leaves no output'; fi
expect 'after Ctrl-C in a link the next run just works' "$XBUILD" -C "$scratch" build -t $t --static "$scratch/slow.c"

# --- the mirror
store=$(new_store nonet)
fails 6 '' 'no network' env XBUILD_MIRROR_DEBIAN=http://127.0.0.1:9/debian XBUILD_CACHE_DIR="$store" "$XBUILD" sysroot add $t
hinted 'no network'
clean_store 'no network' "$store"
fails 3 'offline' '--offline with an empty store' env XBUILD_CACHE_DIR="$(new_store offline)" "$XBUILD" --offline sysroot add $t

upstream=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | grep -E '/debian/? +bookworm$' | head -n 1 | cut -d' ' -f1)
mirror() { # mode: starts one, sets port and mirror_pid
	coproc MIRROR { exec python3 "$top/tests/real/faulty-mirror.py" "$upstream" "$1" 90; }
	mirror_pid=$MIRROR_PID
	read -r port <&"${MIRROR[0]}"
}
end_mirror() { kill "$mirror_pid" 2>/dev/null; wait "$mirror_pid" 2>/dev/null; }
if [ -z "$upstream" ]; then
	skip 'mirror faults' 'apt on this machine has no source for Debian 12'
else
	store=$(new_store faulty)
	export XBUILD_TEST_FAULTY=$store
	mirror midsync
	fails 6 'linux/arm64|arm64' 'a mirror in the middle of a sync' env XBUILD_MIRROR_DEBIAN="http://127.0.0.1:$port" XBUILD_CACHE_DIR="$store" "$XBUILD" sysroot add $t
	hinted 'a mirror in the middle of a sync'
	clean_store 'a mirror in the middle of a sync' "$store"
	end_mirror
	mirror corrupt
	fails 6 '' 'a package with a wrong byte' env XBUILD_MIRROR_DEBIAN="http://127.0.0.1:$port" XBUILD_CACHE_DIR="$store" "$XBUILD" sysroot add $t
	clean_store 'a package with a wrong byte' "$store"
	end_mirror
	mirror missing
	fails 6 '' 'packages that the mirror no longer has' env XBUILD_MIRROR_DEBIAN="http://127.0.0.1:$port" XBUILD_CACHE_DIR="$store" "$XBUILD" sysroot add $t
	clean_store 'packages that the mirror no longer has' "$store"
	end_mirror
	mirror stall
	XBUILD_MIRROR_DEBIAN="http://127.0.0.1:$port" XBUILD_CACHE_DIR=$store env --default-signal=INT "$XBUILD" sysroot add $t >"$scratch/log" 2>&1 </dev/null &
	pid=$!
	sleep 8
	kill -INT $pid
	wait $pid
	status=$?
	if [ $status = 130 ]; then ok 'Ctrl-C in the middle of a fetch: exit 130'; else not_ok "Ctrl-C in the middle of a fetch: exit $status" "$scratch/log"; fi
	clean_store 'Ctrl-C in the middle of a fetch' "$store"
	end_mirror
	mirror pass
	expect 'after all that the next run just works' env XBUILD_MIRROR_DEBIAN="http://127.0.0.1:$port" XBUILD_CACHE_DIR="$store" "$XBUILD" sysroot add $t
	expect 'and its root is whole' env XBUILD_CACHE_DIR="$store" "$XBUILD" sysroot verify
	end_mirror
fi

# --- the disk
if [ "$(id -u)" = 0 ] && mkdir "$scratch/small" && mount -t tmpfs -o size=6m tmpfs "$scratch/small" 2>/dev/null; then
	trap 'umount "$scratch/small" "$scratch/frozen" 2>/dev/null; rm -rf "$scratch"' EXIT
	fails 3 'No space left|disk full' 'disk full' env XBUILD_CACHE_DIR="$scratch/small/store" "$XBUILD" sysroot add $t
	hinted 'disk full'
	clean_store 'disk full' "$scratch/small/store"
	umount "$scratch/small"
	mkdir "$scratch/frozen" && mount -t tmpfs -o size=200m tmpfs "$scratch/frozen"
	mkdir -p "$scratch/frozen/store"
	mount -o remount,ro "$scratch/frozen"
	fails 3 '[Rr]ead-only' 'read-only cache, nothing in it' env XBUILD_CACHE_DIR="$scratch/frozen/store" "$XBUILD" sysroot add $t
	hinted 'read-only cache, nothing in it'
	mount -o remount,rw "$scratch/frozen"
	copy_sysroot "$scratch/frozen/store"
	mount -o remount,ro "$scratch/frozen"
	expect 'read-only cache that has what is needed serves' env XBUILD_CACHE_DIR="$scratch/frozen/store" "$XBUILD" -C "$scratch" build -t $t --static "$hello"
	umount "$scratch/frozen"
else
	skip 'disk full, read-only cache' 'needs root and mount'
fi

# --- two at once
store=$(new_store two)
for i in 1 2 3; do
	(cd "$scratch" && XBUILD_CACHE_DIR=$store exec "$XBUILD" build -t $t --static "$hello" >"$scratch/two.$i" 2>&1 </dev/null) &
	pids="${pids:-} $!"
done
bad=
for p in $pids; do wait "$p" || bad="$bad $p"; done
if [ -z "$bad" ]; then ok 'three xbuilds at once in one directory and one empty store'; else
	cat "$scratch"/two.* >"$scratch/log"
	not_ok 'three xbuilds at once in one directory and one empty store' "$scratch/log"
fi
clean_store 'three at once' "$store"
finish
