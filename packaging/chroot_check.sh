#!/bin/sh
# What a newcomer does, on a bare system: chroot_check.sh SUITE [FOLDER]
#
# Debootstraps SUITE (bookworm, trixie, noble, ...) and makes an ordinary user with sudo. Then, each step as that user:
#
#   run       the README's first command, with a copy of the committed files
#   window    the window under Xvfb; its picture is FOLDER/home/newcomer/window.png
#   offline   the first command again, without a network
#   test      the README's second command
#   package   build/packages/sightline_*.deb: installed by apt, tried (check_installed.sh) with and without a network, removed
#             and purged; nothing of it may be left
#   tarball   build/packages/sightline-*.tar.xz: unpacked and tried, moved and tried by another user without a network;
#             only the libraries that it leaves to the system are installed
#   appimage  build/packages/sightline-*.AppImage, as well
#
# SIGHTLINE_CHECK_STEPS names those to do; "bootstrap run window offline test" is meant otherwise. Prints how long each took.
# The archive is the one that this machine's apt uses, for Ubuntu's suites debootstrap's own, or SIGHTLINE_CHECK_MIRROR.
# Needs root, debootstrap and 8 GB in FOLDER (/var/tmp/sightline-SUITE).
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
    # Not the condition of an `if`, in which a step would go on after what fails in it.
    set +e
    (set -e; "$@")
    code=$?
    set -e
    result="done"
    [ $code -eq 0 ] || result=FAILED
    echo "$suite: $name: $result after $(($(date +%s) - begun)) s"
    [ "$result" = "done" ]
}

# The first archive that apt reads here, in either format of its lists.
mirror() {
    cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
        sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' | head -n 1
}

# Ubuntu's suites, of which Debian's debootstrap may know no script (all are that of gutsy) and whose keys are in ubuntu-keyring.
is_ubuntu() { case $suite in jammy | noble | oracular | plucky | questing | resolute) true ;; *) false ;; esac }

bootstrap() {
    if is_ubuntu; then
        # The package of that name in Debian 12 is older than these keys need; Debian 13's serves.
        [ -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ] || { echo "Install ubuntu-keyring, which has the keys of Ubuntu's archive." >&2; exit 1; }
        debootstrap --variant=minbase --components=main,universe --include=sudo,ca-certificates \
            "$suite" "$root" "${SIGHTLINE_CHECK_MIRROR:-}" gutsy >"$root.log" 2>&1
    else
        debootstrap --variant=minbase --include=sudo,ca-certificates "$suite" "$root" "${SIGHTLINE_CHECK_MIRROR:-$(mirror)}" >"$root.log" 2>&1
    fi
    # How apt reaches the archive from here (a proxy, its certificate) holds in there too.
    # Those that a package brought would be asked about when it is installed there.
    grep -l Acquire /etc/apt/apt.conf.d/* 2>/dev/null | while read -r file; do
        dpkg -S "$file" >/dev/null 2>&1 || cp "$file" "$root/etc/apt/apt.conf.d"
    done
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        [ ! -e "$file" ] || cp -L "$file" "$root$file"
    done
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io" # a system that is thrown away need not survive a power cut
    chroot "$root" useradd --create-home --shell /bin/bash newcomer
    chroot "$root" useradd --create-home --shell /bin/bash colleague
    echo "newcomer ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/newcomer"
}

# as USER COMMAND: in its home. Mounted for one command only, so that nothing stays mounted when this is interrupted.
as() {
    # shellcheck disable=SC2016 # the inner shell expands them
    unshare --mount --pid --fork ${offline:+--net} sh -euc '
        mount -t proc proc "$1/proc"
        mount -t tmpfs tmpfs "$1/dev/shm" 2>/dev/null || true
        for device in null zero random urandom; do [ -e "$1/dev/$device" ] || { : >"$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"; }; done
        exec chroot "$1" runuser -u "$3" -- env -i HOME="/home/$3" USER="$3" LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin \
            ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} ${PIP_CERT:+PIP_CERT="$PIP_CERT"} ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            sh -euc "cd; $2"' sh "$root" "$2" "$1" >>"$root.log" 2>&1
}
newcomer() { as newcomer "cd sightline; $1"; }

# tried USER COMMAND: what check_installed.sh says is told here too.
tried() {
    lines=$(wc -l <"$root.log")
    as "$1" "$2" || { tail -n +$((lines + 1)) "$root.log" | tail -n 30 >&2; return 1; }
    tail -n +$((lines + 1)) "$root.log" | grep '^  '
}

in_root() { chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@" >>"$root.log" 2>&1; }

copy_source() {
    rm -rf "$root/home/newcomer/sightline"
    mkdir "$root/home/newcomer/sightline"
    git -C "$source" archive HEAD | tar -x -C "$root/home/newcomer/sightline"
    chroot "$root" chown -R newcomer: /home/newcomer
}

window() {
    in_root apt-get install -q -y --no-install-recommends xvfb xauth
    newcomer 'xvfb-run -a build/release/bin/sightline --sample --screenshot ~/window.png && test -s ~/window.png'
}

without_network() (
    offline=yes
    "$@"
)

# The one file of a pattern; told which command makes it.
made() {
    # shellcheck disable=SC2086 # a pattern
    set -- "$1" $2
    [ -e "$2" ] || { echo "There is no $2; packaging/package.sh $1 makes it." >&2; exit 1; }
    echo "$2"
}

install_check() { install -m 755 "$source/packaging/check_installed.sh" "$root/usr/local/bin/check_installed"; }
installed() { chroot "$root" dpkg-query -W | cut -f1 | sort; }

package() {
    deb=$(made deb "$source/build/packages/sightline_*.deb")
    install_check
    in_root apt-get update -q
    installed >"$root.packages"
    cp "$deb" "$root/tmp/sightline.deb"
    in_root apt-get install -q -y /tmp/sightline.deb
    echo "  $(grep '^Need to get' "$root.log" | tail -n 1) $(grep '^After this operation' "$root.log" | tail -n 1)"
    echo "  $(($(installed | comm -13 "$root.packages" - | wc -l) - 1)) packages came with it"
    # First with nothing but what the package depends on.
    without_network tried newcomer 'check_installed sightline offline'
    in_root apt-get install -q -y --no-install-recommends xvfb xauth man-db bash-completion zsh fish desktop-file-utils appstream libglib2.0-bin
    without_network tried newcomer 'check_installed sightline desktop window offline'
    # What the user made stays, and nothing else.
    in_root apt-get remove -q -y sightline
    chroot "$root" sh -c '! command -v sightline' || { echo "sightline is still there." >&2; return 1; }
    in_root dpkg --purge sightline # apt knows it no longer: it leaves no configuration
    in_root rm /tmp/sightline.deb
    left=$(cd "$root" && find . -path ./proc -prune -o -path ./home -prune -o -iname '*sightline*' -print; grep -rl sightline "$root/usr/share/mime" "$root/usr/share/applications" || true)
    [ -z "$left" ] || { echo "Left after purging: $left" >&2; return 1; }
    echo "  removed and purged: nothing left outside of home folders, in which are"
    (cd "$root/home/newcomer" && find . -mindepth 1 -name sightline -type d -path ./sightline -prune -o -ipath '*sightline*' -print | sort | head -n 20 | sed 's/^/    /')
    in_root apt-get autoremove -q -y --purge
}

# What bundle_libraries.py leaves to the system, and a font.
systems_libraries() {
    alsa=libasound2
    if chroot "$root" apt-cache show libasound2t64 >/dev/null 2>&1; then alsa=libasound2t64; fi
    in_root apt-get update -q
    in_root apt-get install -q -y --no-install-recommends $alsa libgl1 libegl1 libopengl0 libgles2 libgbm1 libx11-xcb1 libsm6 libice6 \
        libfontconfig1 libfreetype6 libharfbuzz0b libfribidi0 libexpat1 libwayland-client0 libwayland-cursor0 libwayland-egl1 \
        zlib1g libstdc++6 fonts-dejavu-core xz-utils xvfb xauth
}

tarball() {
    archive=$(made tarball "$source/build/packages/sightline-*.tar.xz")
    name=$(basename "$archive" .tar.xz)
    install_check
    systems_libraries
    rm -rf "$root/home/newcomer/$name" "$root/opt/moved"
    cp "$archive" "$root/home/newcomer"
    as newcomer "tar -xJf $name.tar.xz"
    rm "$root/home/newcomer/$name.tar.xz"
    tried newcomer "check_installed ~/$name/bin/sightline window"
    mv "$root/home/newcomer/$name" "$root/opt/moved"
    echo "  moved to /opt/moved, as another user, without a network:"
    without_network tried colleague "check_installed /opt/moved/bin/sightline window offline"
    rm -rf "$root/opt/moved"
}

appimage() {
    image=$(made appimage "$source/build/packages/sightline-*.AppImage")
    install_check
    systems_libraries
    install -m 755 "$image" "$root/opt/sightline.AppImage"
    cp "$source/resources/sample.mp4" "$root/opt/sample.mp4"
    export_all="export APPIMAGE_EXTRACT_AND_RUN=1 SIGHTLINE_CHECK_SAMPLE=/opt/sample.mp4"
    without_network tried newcomer "$export_all; check_installed /opt/sightline.AppImage window offline"
    rm "$root/opt/sightline.AppImage"
}

echo "The log is $root.log; $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)."
offline=""
if wanted bootstrap; then timed bootstrap bootstrap; fi
case " $steps " in *" run "* | *" test "*) copy_source ;; esac
if wanted run; then timed packaging/run.sh newcomer packaging/run.sh; fi
if wanted window; then timed "window under Xvfb" window; fi
if wanted offline; then timed "packaging/run.sh without a network" without_network newcomer packaging/run.sh; fi
if wanted test; then timed packaging/test.sh newcomer packaging/test.sh; fi
if wanted package; then timed "the Debian package" package; fi
if wanted tarball; then timed "the tarball" tarball; fi
if wanted appimage; then timed "the AppImage" appimage; fi
