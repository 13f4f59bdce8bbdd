// Sound files to begin from: write_fuzz_seeds FOLDER. One folder a target.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "core/base/sha256.h"
#include "core/captions/alert_rules.h"
#include "core/captions/cue_json.h"
#include "core/captions/project.h"
#include "core/subtitles/subtitle_format.h"
#include "tests/core/subtitles/sample_track.h"

using namespace sightline;

namespace {

void write(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "write_fuzz_seeds FOLDER\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    auto texts = test::hardTexts();
    texts.pop_back();  // 5,000 times the same letter would take most of the changes
    int number = 0;
    for (const std::string& text : texts) {
        const CueTrack track = test::trackOf({text, "a dog"});
        for (const SubtitleFormat* format : subtitleFormats()) {
            write(folder / format->name() / std::to_string(number), format->write(track));
        }
        ++number;
    }
    Project project;
    project.track = test::trackOf({"a dog", "two\nlines"});
    project.shots = {std::chrono::seconds(1), std::chrono::seconds(2)};
    project.outputs = {{".srt", "00", "", "00"}};
    project.captioner = Provenance{"sightline 0.1.0", "base", "f00d", 3, "balanced", "2026-11-24T10:00:00Z"};
    project.cleared = {{std::chrono::seconds(5), std::chrono::seconds(6)}};
    project.description = {true, "robot", 1.5, 12.0, std::chrono::seconds(2), MediaTime(1), MediaTime(2)};
    write(folder / "project" / "0", writeProject(project));

    const std::string cue = toJson(project.track.cues[0]).dump();
    write(folder / "edit_journal" / "0", "l{\"first\":1,\"count\":1,\"cues\":[" + cue + "]}");
    write(folder / "edit_journal" / "1", "l{\"first\":0,\"count\":1,\"cues\":[]}\n{\"first\":0,\"count\":0,\"cues\":[" +
                                             cue + "],\"author\":\"captioner\",\"cleared_ns\":[[0,1],[5,6]]}");
    std::string journal;
    for (const std::string& line : {std::string("base"), std::string("{\"first\":0}"), cue}) {
        journal += Sha256::hexOf(line).substr(0, 16) + " " + line + "\n";
    }
    write(folder / "edit_journal" / "2", journal);
    write(folder / "annotate_journal" / "0",
          "{\"certain_ns\":5,\"captions\":[[1,\"a dog\",0.5],[3,\"a cat\",1.0]],\"boundaries\":[[2,1,3,2],[4,4,4,0]]}\n"
          "{\"certain_ns\":7,\"captions\":[[3,\"a bird\",0.5]],\"boundaries\":[]}\n");

    AlertRule rule;
    rule.name = "Dogs";
    rule.pattern = "dog, red shirt";
    write(folder / "alert_rules" / "0", alertRulesToJson({rule}));
    rule.pattern = "\\b(man|woman)s?\\b.*[a-z]{3}";
    rule.isExpression = true;
    rule.command = "notify {caption}";
    write(folder / "alert_rules" / "1", alertRulesToJson({rule, rule}));

    number = 0;
    for (const char* text : {"rtsp://joe:pa/ss@cam.local:554/live?password=x", "screen:/640x480+100+50",
                             "screen::1/window=0x1a00003", "camera:/dev/video0", "gst:videotestsrc is-live=true",
                             "file:///videos/a.mp4", "http://[fe80::1]:80/a?token=x&y=\"z\"", "/videos/a dog.mp4"}) {
        write(folder / "source_address" / std::to_string(number), text);
        write(folder / "secrets" / std::to_string(number), text);
        ++number;
    }
    write(folder / "feed_request" / "0", "127.0.0.1:8137\nBearer 0123456789abcdef\nfedcba\n17\n");
    write(folder / "feed_request" / "1", "localhost:8137\n\n0123456789abcdef\n18446744073709551616\n");
    write(folder / "waveform" / "0", "Sightline waveform 1\n" + std::string("\x01\x7f\x80\x10", 4));
    // The same two cues in encodings that people's files have: UTF-8, UTF-8 cut, UTF-16, Windows-1252, KOI8-R, Shift
    // JIS.
    const std::string times = "1\n00:00:01,000 --> 00:00:02,000\n";
    std::string wide("\xff\xfe", 2);
    for (const char c : times + "a dog\n") {
        wide.append(1, c).append(1, '\0');
    }
    number = 0;
    for (const std::string& text : {times + "caf\xc3\xa9 \xe7\x8b\x97\n", times + "caf\xc3\xa9 \xe7\x8b\n", wide,
                                    wide.substr(2), times + "caf\xe9 \x93na\xefve\x94\n",
                                    times + "\xf3\xcf\xc2\xc1\xcb\xc1\n", times + "\x8c\xa2\x82\xaa\x91\x96\x82\xe9\n",
                                    std::string("<?xml version=\"1.0\" encoding=\"windows-1251\"?><tt>\xd1</tt>")}) {
        write(folder / "text_encoding" / std::to_string(number++), text);
    }
    write(folder / "activitynet" / "0",
          R"({"v_a": {"duration": 10.0, "timestamps": [[0.0, 1.5]], "sentences": ["a dog"]}})");
    write(folder / "activitynet" / "1",
          R"({"version": "VERSION 1.0", "results": {"v_a": [{"sentence": "a dog", "timestamp": [0.0, 1.5]}]}})");
    return 0;
}
