// Runs the real program as a user does.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <sys/wait.h>

#include "tests/support/fixtures.h"

namespace sightline::test {

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

// With settings and cache in `folder`, which stay for the next run there: those of the person who runs the tests must
// not matter.
inline Outcome runIn(const TemporaryFolder& folder, const std::string& arguments) {
    const std::string command = "XDG_CONFIG_HOME=" + folder.file("config").string() +
                                " XDG_CACHE_HOME=" + folder.file("cache").string() + " QT_QPA_PLATFORM=offscreen " +
                                SIGHTLINE_PROGRAM + " " + arguments + " 2>" + folder.file("err").string();
    Outcome outcome;
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        outcome.out.append(buffer.data(), n);
    }
    const int status = pclose(pipe);
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    outcome.err = readBytes(folder.file("err"));
    return outcome;
}

inline Outcome run(const std::string& arguments) { return runIn(TemporaryFolder(), arguments); }

}  // namespace sightline::test
