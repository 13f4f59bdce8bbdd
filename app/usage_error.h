// What is wrong with a command line, in words: what was refused, why, and what to write instead.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace sightline {

// "sightline bench threads".
std::string commandName(const CLI::App& command);

// Of the command that was given, or `app` itself: the one whose --help tells what may be written.
const CLI::App& commandGiven(const CLI::App& app);

// Of a line that `app` has refused.
std::string usageProblem(const CLI::App& app, const CLI::ParseError& error);

// A word that is neither an existing file nor could be the name of a video: a command that was mistyped.
bool isUnknownCommand(const std::string& word);
std::string unknownCommand(const CLI::App& app, const std::string& word);

}  // namespace sightline
