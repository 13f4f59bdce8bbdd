// Any bytes are a project or an error, and a project that was read is written so that it reads back as it is.
#include <cstddef>
#include <cstdint>

#include "core/captions/project.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto project = parseProject({reinterpret_cast<const char*>(data), size});
    if (!project) {
        return 0;
    }
    for (const Cue& cue : project->track.cues) {
        fuzz::expect(cue.start >= MediaTime::zero() && cue.start <= cue.end, "cues have a sound range");
    }
    const auto again = parseProject(writeProject(*project));
    fuzz::expect(again.has_value(), "what was written can be read");
    fuzz::expect(*again == *project, "what was written reads back as it is");
    return 0;
}
