// What has to hold whatever a fuzzer makes up.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace sightline::fuzz {

// Ends the process where the fuzzer sees it and keeps the input.
inline void expect(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

// `why` something does not hold; empty when it does.
inline void expect(const std::string& why) { expect(why.empty(), why.c_str()); }

}  // namespace sightline::fuzz
