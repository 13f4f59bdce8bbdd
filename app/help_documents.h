// The man page, the manual's list of options and the shells' completions, made from the table of options that --help
// prints.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace sightline {

// "man" (roff), "markdown" (the end of resources/manual/command_line.md), "bash", "zsh" or "fish"; nothing for any
// other kind. Commands and options that --help hides are left out. `version` is the program's.
std::optional<std::string> helpDocument(const CLI::App& app, const std::string& kind, const std::string& version);

}  // namespace sightline
