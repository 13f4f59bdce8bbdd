// Parses the command line and runs what it asks for.
#pragma once

#include <cstdio>

namespace sightline {

// Returns the process's exit code (exit_codes.h). Captions, help and version go to `out`.
int runCommandLine(int argc, char** argv, std::FILE* out);

}  // namespace sightline
