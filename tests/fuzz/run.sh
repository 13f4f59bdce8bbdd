#!/bin/sh
# Fuzzes one target after the other: run.sh EXECUTIONS [TARGET...]
#
# Needs clang with libFuzzer. Builds build/fuzz, keeps each target's corpus in build/fuzz/corpus/TARGET, and stops at the first
# fault, whose input libFuzzer writes to build/fuzz. SIGHTLINE_CASES: a folder of more caption files to begin from.
set -eu
cd "$(dirname "$0")/../.."
executions=${1:?How many executions of each target?}
shift
[ $# -gt 0 ] || set -- srt vtt vtt-json ass ttml csv json eaf text_encoding project edit_journal alert_rules secrets source_address manifest

targets=write_fuzz_seeds
for target in "$@"; do targets="$targets fuzz_$target"; done
cmake --preset fuzz
# shellcheck disable=SC2086 # a list
cmake --build --preset fuzz --target $targets
cd build/fuzz
tests/fuzz/write_fuzz_seeds seeds
mkdir -p seeds/text_encoding seeds/manifest seeds/video_file
cp ../../tests/fuzz/seeds/manifest/* seeds/manifest/
[ -z "${SIGHTLINE_CASES:-}" ] || cp "$SIGHTLINE_CASES"/* seeds/text_encoding/

for target in "$@"; do
    mkdir -p "corpus/$target" "seeds/$target"
    case $target in
        srt | vtt | vtt-json | ass | ttml | csv | json | eaf) more="${SIGHTLINE_CASES:-}" ;;
        video_file) more=../dev/tests/fixtures ;;
        *) more="" ;;
    esac
    echo "== $target"
    tests/fuzz/fuzz_"$target" -runs="$executions" -max_len=8192 -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
        -dict=../../tests/fuzz/tokens.dict "corpus/$target" "seeds/$target" ${more:+"$more"} 2>"$target.log" ||
        { tail -n 40 "$target.log"; exit 1; }
    grep -E "stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)" "$target.log"
    echo "corpus: $(find "corpus/$target" -type f | wc -l) files"
done
