// Whether two captions say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightline {

// The words that carry a caption's meaning: lower case, without articles, prepositions and auxiliaries, stripped of
// English endings (dogs, dog; running, runs), sorted and each once.
std::vector<std::string> contentWords(std::string_view caption);

// Share of content words in common, 0..1 (Dice); 1 for two captions without any.
double similarity(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace sightline
