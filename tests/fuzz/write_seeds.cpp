// Sound files to begin from: write_fuzz_seeds FOLDER. One folder a caption format, named as the format; project/.
#include <filesystem>
#include <fstream>
#include <iostream>

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
    write(folder / "project" / "0", writeProject(project));
    return 0;
}
