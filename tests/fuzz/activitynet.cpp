// A collection that was written before, in either shape: what is in it is kept.
#include <cstddef>
#include <cstdint>

#include "core/subtitles/activitynet.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const ActivityNetShape shape : {ActivityNetShape::Captions, ActivityNetShape::Results}) {
        auto document = ActivityNetDocument::parse(text, shape);
        if (!document) {
            expect(!document.error().message.empty(), "an error says what is wrong");
            continue;
        }
        const std::string written = document->write();
        const auto again = ActivityNetDocument::parse(written, shape);
        expect(again.has_value(), "what was written can be read");
        expect(again->write() == written, "writing what was read back changes nothing");
        CueTrack track;
        track.cues = {{MediaTime::zero(), std::chrono::seconds(1), "a dog", 0.5}};
        document->set("v_b", track);
        expect(document->has("v_b"), "a video can be added");
        expect(ActivityNetDocument::parse(document->write(), shape).has_value(), "with one more it can be read");
    }
    return 0;
}
