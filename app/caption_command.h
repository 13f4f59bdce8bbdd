// `sightline caption`: captions of pictures and videos on standard output, without a display.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "app/settings.h"

namespace sightline {

struct CaptionCommand {
    std::vector<std::string> inputs;  // "-": names are read from standard input, one a line, each answered at once
    bool json = false;
    bool timings = false;
    double everySeconds = 1.0;
};

// Writes captions to `out`; progress, logs and error messages go to standard error. Returns an exit code.
int runCaptionCommand(const CaptionCommand& command, const Settings& settings, std::FILE* out);

}  // namespace sightline
