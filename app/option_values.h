// What may be written behind an option, as the documents and the error messages tell it.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class Option;
class Validator;
}  // namespace CLI

namespace sightline {

struct OptionValues {
    std::string placeholder;           // "N", "TIME", "TEXT", "FOLDER"; empty: a flag
    std::vector<std::string> choices;  // empty: any
    std::string range;                 // "1 to 64", of a time in seconds, or empty
    bool isWhole = false;              // a number without a fraction
};

OptionValues valuesOf(const CLI::Option& option);

// Turns a time into seconds: 90, 500ms, 90s, 2min, 1h, 1:30 or 1:02:03.5. An option that has it takes a TIME.
CLI::Validator inSeconds();

}  // namespace sightline
