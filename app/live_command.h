// `sightline live`: captions of a camera, a stream, the screen or a file at its own pace, one line each, without a
// window.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "app/settings.h"

namespace sightline {

struct LiveCommand {
    std::string source;
    bool list = false;  // print the cameras instead
    bool json = false;
    bool patient = false;          // wait for a source that is not there yet
    double durationSeconds = 0.0;  // 0: until it ends or is interrupted
    double steadiness = 0.5;
    std::string record;           // .mkv file, empty for none
    std::string alert;            // regular expression, empty for none
    std::string alertCommand;     // what to run when a caption matches it
    int alertSeconds = 30;        // least time between two alerts
    std::optional<int> feedPort;  // of a feed for other programs; 0: any free one
    std::string feedOrigin;       // whose pages may read it; empty for none
    std::string captionFile;      // holds the current caption, as text; empty for none
};

// Writes a line to `out` whenever the caption changes, until the source ends, the duration is over, SIGINT or SIGTERM
// comes, or nobody reads any more; an output that
// cannot be written is an error. What happens to the source goes to standard error. Returns an exit code.
int runLiveCommand(const LiveCommand& command, const Settings& settings, std::FILE* out);

}  // namespace sightline
