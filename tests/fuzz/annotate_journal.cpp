// Notes of a run that ended early: each line is taken or leaves them as they were.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/annotate/annotate_journal.h"
#include "core/captions/cue_json.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view lines(reinterpret_cast<const char*>(data), size);
    AnnotationNotes notes;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const std::size_t before = notes.boundaries.size();
        if (!replay(notes, std::string(lines.substr(0, end)))) {
            fuzz::expect(notes.boundaries.size() == before, "what cannot be replayed changes nothing");
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    for (const ShotBoundary& boundary : notes.boundaries) {
        fuzz::expect(boundary.transition <= Transition::Dissolve, "a transition is one that there is");
        fuzz::expect(boundary.time >= -kMostTime && boundary.time <= kMostTime, "a time is within its bound");
    }
    return 0;
}
