// Runs another program and waits for it.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace sightline {

// Starts words[0], found as a shell finds it, with the other words as its arguments; no shell takes part. It reads
// `input`, and what it prints goes to our standard error. A program that runs longer than `patience` is ended with all
// it started: asked first, and killed a second later. Blocks; any thread. Errors: NotFound (no such program), Io (it
// cannot be run), Internal (it failed, or was ended for its time), Cancelled (`stop`; it is killed).
Result<void> runProgram(std::vector<std::string> words, std::chrono::milliseconds patience,
                        const std::stop_token& stop = {}, const std::filesystem::path& input = "/dev/null");

}  // namespace sightline
