// Voices' commands that go wrong only once they were found to speak.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline::test {

// Says the one word that every voice is asked for first, then does `instead`, of which $1 is the file to write. Its
// files lie in `folder`.
inline std::string badVoice(const TemporaryFolder& folder, const std::string& instead) {
    const std::string word = folder.file("word.wav").string();
    ffmpeg("-y -f lavfi -i sine=d=0.5 " + word);
    const auto script = folder.file("voice.sh");
    writeBytes(script, "read text\n[ \"$text\" = 1 ] && exec cp " + word + " \"$1\"\n" + instead + "\n");
    return "command:sh " + script.string() + " {output}";
}

// What they do instead, and what is told of it.
inline std::vector<std::pair<std::string, std::string>> voiceFailures(const TemporaryFolder& folder) {
    return {{"exit 3", "failed with code 3"},
            {"exit 0", "wrote no sound"},
            {"head -c 3000 " + folder.file("word.wav").string() + " > \"$1\"", "wrote only a part"},
            {"echo hello > \"$1\"", "is no sound"}};
}

}  // namespace sightline::test
