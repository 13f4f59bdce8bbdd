// What a description can be shortened to, and which of two say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightline {

// The sentences of a text, each with its own mark at the end, in one line.
std::vector<std::string> sentencesOf(std::string_view text);

// What may be said for a description, longest first and each shorter than the one before: its text in one line, then
// what the captioner offers instead (`alternatives`, where shorter), then the text with whole sentences left out, one
// more each time: the one that says least that neither `before`, what was said last, nor the other sentences say; among
// equals the last. Never with a word cut. Pure. Empty when there are no words.
std::vector<std::string> wordings(std::string_view text, const std::vector<std::string>& alternatives,
                                  std::string_view before);

// Whether a description says nothing that `before` did not say: all its words that carry meaning are in it.
bool saysNothingNew(std::string_view text, std::string_view before);

}  // namespace sightline
