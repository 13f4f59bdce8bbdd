#!/bin/sh
# What a first-time user tries with an installed Sightline: check_installed.sh PROGRAM [desktop] [window] [offline]
#
# PROGRAM     sightline, or the path of one in an unpacked tree or an AppImage
# desktop     man page, completions, desktop entry, file type: where a package was installed for all
# window      under Xvfb; makes ~/window.png
# offline     there must be no network
#
# Says each thing that works, and ends at the first that does not. Works in a folder of its own.
set -eu
program=$1
shift
wanted() { case " $checks " in *" $1 "*) true ;; *) false ;; esac }
checks=$*
say() { echo "  works: $*"; }
fail() { echo "  DOES NOT WORK: $*" >&2; exit 1; }

folder=$(mktemp -d "$HOME/check-XXXXXX")
cd "$folder"
if wanted offline; then
    # A namespace of its own has a loopback alone.
    [ "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')" = lo ] || fail "there is a network"
fi

"$program" --version >version
grep -q '^commit' version || fail "--version tells no commit"
say "--version: $(head -n 1 version), $(sed -n 's/, .*//; 2p' version), $(sed -n 3p version)"

# The sample lies where the program does; an AppImage has it inside, so that only its path may be given.
sample=${SIGHTLINE_CHECK_SAMPLE:-$(dirname "$(dirname "$(readlink -f "$(command -v "$program")")")")/share/sightline/resources/sample.mp4}
"$program" caption --every 4s "$sample" >captions
[ "$(wc -l <captions)" -ge 3 ] || fail "caption: $(cat captions)"
say "caption of the sample: $(sed -n 2p captions)"

"$program" annotate "$sample" -o out --format srt,vtt,json >annotated
for kind in srt vtt json sightline; do [ -s "out/sample.$kind" ] || fail "annotate wrote no out/sample.$kind"; done
say "annotate: $(sed "s,^.*sample.mp4: ,," annotated)"

"$program" bench engine --pictures 1 --rounds 1 -o engines.md
grep -q LibTorch engines.md || fail "LibTorch, which the program loads for what it has no engine of its own for"
say "LibTorch, loaded when it is needed"

if wanted window; then
    xvfb-run -a "$program" --sample --screenshot "$HOME/window.png" || fail "the window"
    # An empty window is a few kB.
    [ "$(wc -c <"$HOME/window.png")" -gt 50000 ] || fail "the picture of the window is empty"
    say "the window with the sample: ~/window.png, $(wc -c <"$HOME/window.png") bytes"
fi

if wanted desktop; then
    MANPAGER="cat" man sightline >page 2>warnings
    grep -q annotate page || fail "man sightline"
    [ ! -s warnings ] || fail "man sightline warns: $(cat warnings)"
    say "man sightline, $(wc -l <page) lines"

    # shellcheck disable=SC2016 # bash expands them
    bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader sightline || true
        COMP_WORDS=(sightline annotate --form) COMP_CWORD=2 COMP_LINE="sightline annotate --form" COMP_POINT=25
        function=$(complete -p sightline | sed "s/.*-F \([^ ]*\).*/\1/"); $function sightline --form annotate; echo "${COMPREPLY[*]}"' >completed
    grep -q -- --format completed || fail "completion in bash: $(cat completed)"
    # shellcheck disable=SC2016 # zsh expands it
    zsh -c 'autoload -U compinit; compinit -D; echo ${_comps[sightline]}; autoload -U +X _sightline; functions _sightline' >completed 2>&1
    for what in _sightline --format; do grep -q -- $what completed || fail "completion in zsh: $(head -n 5 completed)"; done
    fish -c 'complete -C "sightline annotate --form"' >completed
    grep -q -- --format completed || fail "completion in fish: $(cat completed)"
    say "completion of --format in bash and fish, and zsh has its function"

    desktop-file-validate /usr/share/applications/io.sightline.Sightline.desktop || fail "the desktop entry"
    appstreamcli validate --no-net /usr/share/metainfo/io.sightline.Sightline.metainfo.xml >told 2>&1 ||
        appstreamcli validate --no-net --override=url-homepage-missing=info /usr/share/metainfo/io.sightline.Sightline.metainfo.xml >told 2>&1 || fail "AppStream: $(cat told)"
    say "the desktop entry and the AppStream data are valid"
    gio info -a standard::content-type,standard::icon out/sample.sightline >kind
    grep -q 'content-type: application/x-sightline' kind || fail "a project's file type is: $(cat kind)"
    grep -q 'icon: io.sightline.Sightline' kind || fail "a project's icon is: $(cat kind)"
    gio mime application/x-sightline >opener
    head -n 1 opener | grep -q io.sightline.Sightline.desktop || fail "projects are opened by: $(cat opener)"
    say "*.sightline is application/x-sightline, with its icon, opened by io.sightline.Sightline.desktop"
fi

# Nothing on the terminal of a command that went well.
"$program" caption --every 8s "$sample" 2>noise >/dev/null
[ ! -s noise ] || fail "noise on the terminal: $(cat noise)"
say "no noise on the terminal"
