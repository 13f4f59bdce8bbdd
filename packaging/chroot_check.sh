#!/bin/sh
# What a newcomer does, on a bare system: chroot_check.sh SUITE [FOLDER]
#
# Debootstraps SUITE (bookworm, trixie, ...) from the mirror that this machine's apt uses, makes an ordinary user with
# sudo, gives it a copy of the committed files, runs the README's two commands as that user, makes a picture of the window
# under Xvfb, and runs the first again without a network. Prints how long each step took. Needs root, debootstrap and 8 GB
# in FOLDER (/var/tmp/sightline-SUITE). SIGHTLINE_CHECK_STEPS leaves steps out: "bootstrap run window offline test" are all.
set -eu
suite=${1:?Which suite?}
root=${2:-/var/tmp/sightline-$suite}
steps=${SIGHTLINE_CHECK_STEPS:-bootstrap run window offline test}
source=$(cd "$(dirname "$0")/.." && pwd)

[ "$(id -u)" -eq 0 ] || { echo "Run as root: chroots need it." >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "Install debootstrap." >&2; exit 1; }

wanted() { case " $steps " in *" $1 "*) true ;; *) false ;; esac }
timed() {
    name=$1
    shift
    begun=$(date +%s)
    if "$@"; then result="done"; else result=FAILED; fi
    echo "$suite: $name: $result after $(($(date +%s) - begun)) s"
    [ $result = "done" ]
}

# The first archive that apt reads here, in either format of its lists.
mirror() {
    cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
        sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' | head -n 1
}

bootstrap() {
    debootstrap --variant=minbase --include=sudo,ca-certificates "$suite" "$root" "$(mirror)" >"$root.log" 2>&1 || return 1
    # How apt reaches the archive from here (a proxy, its certificate) holds in there too.
    grep -l Acquire /etc/apt/apt.conf.d/* 2>/dev/null | xargs -r cp -t "$root/etc/apt/apt.conf.d"
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        [ ! -e "$file" ] || cp -L "$file" "$root$file"
    done
    chroot "$root" useradd --create-home --shell /bin/bash newcomer
    echo "newcomer ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/newcomer"
}

# Mounted for one command only, so that nothing stays mounted when this is interrupted.
as_newcomer() {
    # shellcheck disable=SC2016 # the inner shell expands them
    unshare --mount --pid --fork ${offline:+--net} sh -euc '
        mount -t proc proc "$1/proc"
        mount -t tmpfs tmpfs "$1/dev/shm" 2>/dev/null || true
        for device in null zero random urandom; do [ -e "$1/dev/$device" ] || { : >"$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"; }; done
        exec chroot "$1" runuser -u newcomer -- env -i HOME=/home/newcomer USER=newcomer LANG=C.UTF-8 PATH=/usr/bin:/bin \
            ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} ${PIP_CERT:+PIP_CERT="$PIP_CERT"} ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            sh -euc "cd ~/sightline && $2"' sh "$root" "$1" >>"$root.log" 2>&1
}

copy_source() {
    rm -rf "$root/home/newcomer/sightline"
    mkdir "$root/home/newcomer/sightline"
    git -C "$source" archive HEAD | tar -x -C "$root/home/newcomer/sightline"
    chroot "$root" chown -R newcomer: /home/newcomer
}

window() {
    chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends xvfb xauth >>"$root.log" 2>&1
    as_newcomer 'xvfb-run -a build/release/bin/sightline --sample --screenshot ~/window.png && test -s ~/window.png'
}

echo "The log is $root.log; $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)."
offline=""
if wanted bootstrap; then timed bootstrap bootstrap; fi
copy_source
if wanted run; then timed packaging/run.sh as_newcomer packaging/run.sh; fi
if wanted window; then timed "window under Xvfb" window; fi
if wanted offline; then
    offline=yes
    timed "packaging/run.sh without a network" as_newcomer packaging/run.sh
    offline=""
fi
if wanted test; then timed packaging/test.sh as_newcomer packaging/test.sh; fi
