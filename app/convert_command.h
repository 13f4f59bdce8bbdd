// `sightline convert`: a caption file in another format.
#pragma once

#include <cstdio>
#include <string>

namespace sightline {

struct ConvertCommand {
    std::string input;
    std::string output;  // file; its extension names the format; empty: standard output
    std::string format;  // of what is written, instead of the extension's
    std::string video;   // that the captions are of; empty when unknown
    std::string unit;    // "s" or "ms": what whole numbers without a unit count; empty: as the file and the video tell
    bool replace = false;  // what stands at `output`, which is kept beside it
};

// Writes the captions to `output` or to `out`; what was wrong with the input goes to standard error. Returns an exit
// code: kExitInputFailed also where single cues were damaged and left out.
int runConvertCommand(const ConvertCommand& command, std::FILE* out);

}  // namespace sightline
