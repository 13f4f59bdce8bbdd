// A project's journal: after "l" one line an edit, which is made or leaves the project as it was; else a whole file.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/captions/edit_journal.h"
#include "core/captions/project_editor.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;
using namespace std::chrono_literals;
using fuzz::expect;

namespace {

void replayLines(std::string_view lines) {
    Project project;
    project.track.cues = {{0s, 1s, "a dog", 0.5}, {1s, 3s, "a cat", 0.5}, {3s, 4s, "a bird", 0.5, CueOrigin::Edited}};
    project.cleared = {{5s, 6s}};
    bool changed = false;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const Project before = project;
        const auto replayed = replay(project, std::string(lines.substr(0, end)));
        changed = changed || replayed;
        if (!replayed) {
            expect(project == before, "what cannot be replayed changes nothing");
            expect(!replayed.error().message.empty(), "an error says what is wrong");
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    if (!changed) {
        return;
    }
    const auto read = parseProject(writeProject(project));
    expect(read.has_value(), "a project with replayed edits can be saved and opened");
    expect(*read == project, "it reads back as it is");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view content(reinterpret_cast<const char*>(data), size);
    if (content.starts_with('l')) {
        replayLines(content.substr(1));
        return 0;
    }
    const SoundJournal journal = soundJournal(content, "base");
    expect(journal.bytes <= size, "what is sound lies in the file");
    expect(journal.bytes == 0 || content[journal.bytes - 1] == '\n', "it ends with a line");
    for (const std::string& line : journal.lines) {
        expect(line.find('\n') == std::string::npos, "a line is one line");
    }
    const SoundJournal again = soundJournal(content.substr(0, journal.bytes), "base");
    expect(again.lines == journal.lines && again.bytes == journal.bytes, "what is sound is read in the same way alone");
    return 0;
}
