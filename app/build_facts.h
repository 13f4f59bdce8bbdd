// What this program was built from and runs on, for --version, the log and reports of crashes.
#pragma once

#include <string>

namespace sightline {

// "sightline 0.1.0".
std::string programVersion();

// Lines of text: version, commit, compiler, libraries, the CPU's path of the decoder. Quick. Any thread.
std::string buildFacts();

// buildFacts() and the shipped bundles with their hashes, which are read for it.
std::string versionText();

}  // namespace sightline
