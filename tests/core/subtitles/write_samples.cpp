// Writes one track in every format, and as plain data, for tests/subtitles to read with other programs: write_samples
// FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/subtitles/activitynet.h"
#include "core/subtitles/subtitle_file.h"

namespace {

using namespace sightline;

// Texts that every format can hold as they are; what formats lose is tested by their own contract.
CueTrack sampleTrack() {
    CueTrack track;
    track.language = "de";
    track.title = "Dogs & cats";
    track.videoName = "dog clip.mp4";
    track.videoDuration = std::chrono::seconds(60);
    const char* texts[] = {
        "a dog runs along the beach",
        "ein Hund läuft über die Brücke, für 3 €",
        "שלום: hello",
        "家族 and a surfer 🏄🏽",
        "first line\nsecond line",
        "a < b && c > d",
        "\"stop\", she said; it's done",
        "a --> b",
        "<b>no tag</b> &amp; no reference",
        "=1+2",
        "- a dog barks",
        "+1",
        "@home",
        "'=1+2",
        "{no override}",
    };
    MediaTime start = std::chrono::milliseconds(40);
    for (const char* text : texts) {
        // Touching cues whose times are no whole milliseconds, the last beyond an hour.
        const MediaTime end =
            start + (track.cues.size() + 1 == std::size(texts) ? std::chrono::hours(1) : MediaTime(1'501'499'999));
        const bool edited = track.cues.size() % 2 == 1;
        track.cues.push_back({.start = start,
                              .end = end,
                              .text = text,
                              .confidence = edited ? 0.0 : 0.75,
                              .origin = edited ? CueOrigin::Edited : CueOrigin::Model});
        start = end;
    }
    return track;
}

nlohmann::json describe(const CueTrack& track) {
    nlohmann::json cues;
    for (const Cue& cue : track.cues) {
        cues.push_back({{"start", toSeconds(cue.start)},
                        {"end", toSeconds(cue.end)},
                        {"text", cue.text},
                        {"confidence", cue.confidence},
                        {"origin", cue.origin == CueOrigin::Model ? "model" : "edited"}});
    }
    return {
        {"language", track.language}, {"title", track.title}, {"video", track.videoName}, {"cues", std::move(cues)}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: write_samples FOLDER\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const CueTrack track = sampleTrack();
    for (const SubtitleFormat* format : subtitleFormats()) {
        const auto written = writeSubtitleFile(
            track, folder / (std::string(format->name()) + "." + std::string(format->extension())), *format);
        if (!written) {
            std::cerr << written.error().message << "\n";
            return 1;
        }
    }
    for (const auto& [shape, name] : {std::pair(ActivityNetShape::Captions, "activitynet.json"),
                                      std::pair(ActivityNetShape::Results, "activitynet-results.json")}) {
        ActivityNetDocument document(shape);
        document.set("v_one", track);
        document.set("v_two \"2\"", track);
        std::ofstream(folder / name) << document.write();
    }
    // ELAN finds a video by its absolute address or by the one from the file's folder.
    const auto placed = writeSubtitleFile(track, folder / "placed.eaf", *findSubtitleFormat("eaf"),
                                          folder.parent_path() / "50% of #1 \u00e4.mp4");
    if (!placed) {
        std::cerr << placed.error().message << "\n";
        return 1;
    }
    std::ofstream(folder / "expected.txt") << describe(track).dump();
    return 0;
}
