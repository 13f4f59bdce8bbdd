// `sightline shots`: where a video's shots begin, without captioning it.
#pragma once

#include <cstdio>
#include <string>

namespace sightline {

struct ShotsCommand {
    std::string input;
    bool json = false;  // one object with all boundaries, the frames read and the time that detection took
};

// Writes boundaries to `out` as they become certain; errors go to standard error. Returns an exit code. What was found
// before a damaged place is written too.
int runShotsCommand(const ShotsCommand& command, std::FILE* out);

}  // namespace sightline
