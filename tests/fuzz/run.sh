#!/bin/sh
# Fuzzes one target after the other: run.sh SECONDS [TARGET...]
#
# Needs clang with libFuzzer. Each target runs twice: for SECONDS in build/fuzz-fast, half of them with ASCII only, and then
# for a fifth of that in build/fuzz, whose sanitizers see everything in the corpus that the fast one found. The corpora stay
# in build/fuzz/corpus. Stops at the first fault, whose input libFuzzer writes to build/fuzz. SIGHTLINE_CASES: a folder of
# more caption files to begin from; FIXTURES: one of small videos, for video_file. EXECUTIONS: enough of the fast ones, and a
# twentieth of it of the others, though there is more time. The last line of each target says it all.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:?How many seconds for each target?}
shift
[ $# -gt 0 ] || set -- srt vtt vtt-json ass ttml csv json eaf text_encoding activitynet project edit_journal annotate_journal alert_rules \
    secrets source_address feed_request waveform manifest module_archive bench_report

targets=write_fuzz_seeds
program() {
    case $1 in
        srt | vtt | vtt-json | ass | ttml | csv | json | eaf) echo fuzz_caption_format ;;
        *) echo "fuzz_$1" ;;
    esac
}
for target in "$@"; do targets="$targets $(program "$target")"; done
for preset in fuzz-fast fuzz; do
    [ -n "${BUILT:-}" ] || cmake --preset $preset
    # shellcheck disable=SC2086 # a list
    [ -n "${BUILT:-}" ] || cmake --build --preset $preset --target $targets
done
cd build/fuzz
tests/fuzz/write_fuzz_seeds seeds
# A short quarantine and short stacks make AddressSanitizer twice as fast; faults are looked at again without.
export ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=2:detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1

# fuzz FOLDER SECONDS ARGUMENTS...: one run, whose executions are added to $executions
fuzz() {
    bin=$1
    longest_time=$2
    shift 2
    FUZZED_FORMAT=$target "$bin/tests/fuzz/$(program "$target")" -max_total_time="$longest_time" -max_len="$longest" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -detect_leaks=0 -entropic=0 -reload=0 -dict=../../tests/fuzz/tokens.dict -artifact_prefix="$target-" "$@" 2>"$target.log" ||
        { tail -n 40 "$target.log"; echo "$target: A FAULT AFTER $(grep -c . "$target.log") lines"; exit 1; }
    done=$(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log")
    executions=$((executions + done))
}

for target in "$@"; do
    mkdir -p "corpus/$target" "seeds/$target"
    set -- "corpus/$target" "seeds/$target"
    for more in ../../tests/fuzz/seeds/"$target" ../../tests/data/malformed/"$target"; do
        [ ! -d "$more" ] || set -- "$@" "$more"
    done
    longest=600
    case $target in
        srt | vtt | vtt-json | ass | ttml | csv | json | eaf | text_encoding) more="${SIGHTLINE_CASES:-}" ;;
        video_file) more="${FIXTURES:-}"; longest=200000 ;;
        *) more="" ;;
    esac
    [ -z "$more" ] || set -- "$@" "$more"
    executions=0
    begin=$(date +%s)
    fuzz ../fuzz-fast $((seconds / 2)) -runs=$((${EXECUTIONS:--2} / 2)) "$@"
    fuzz ../fuzz-fast $((seconds - seconds / 2)) -only_ascii=1 -runs=$((${EXECUTIONS:--2} / 2)) "$@"
    fast=$executions
    time=$(($(date +%s) - begin + 1))
    fuzz . $((seconds / 5 + 1)) -runs=$((${EXECUTIONS:--20} / 20)) "$@"
    echo "$target: $fast executions, $((fast / time)) a second; with sanitizers $((executions - fast));" \
        "corpus $(find "corpus/$target" -type f | wc -l) files"
done
