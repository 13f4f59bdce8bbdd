// `sightline shots`: the shot boundaries of a video.
#pragma once

#include <cstdio>
#include <string>

namespace sightline {

struct ShotsCommand {
    std::string input;
    bool json = false;  // one object with all boundaries and what they took
};

// Returns an exit code. Needs no model.
int runShotsCommand(const ShotsCommand& command, std::FILE* out);

}  // namespace sightline
