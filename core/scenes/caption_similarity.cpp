#include "core/scenes/caption_similarity.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sightline {
namespace {

constexpr std::array<std::string_view, 44> kStopWords{
    "a",    "an",   "and", "are", "as",   "at",    "be",    "being", "by",   "for",   "from",
    "has",  "have", "her", "his", "in",   "into",  "is",    "it",    "its",  "of",    "off",
    "on",   "onto", "or",  "out", "over", "she",   "he",    "some",  "that", "the",   "their",
    "them", "they", "to",  "up",  "down", "while", "which", "who",   "with", "there", "this"};

bool endsWith(const std::string& word, std::string_view ending) {
    return word.size() > ending.size() && word.compare(word.size() - ending.size(), ending.size(), ending) == 0;
}

// Plurals that no rule forms.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kIrregular{
    {{"children", "child"}, {"feet", "foot"}, {"men", "man"}, {"people", "person"}, {"women", "woman"}}};

// A light stemmer: enough to bring together the forms that captions use. What it gives need not be a word.
std::string stem(std::string word) {
    for (const auto& [form, base] : kIrregular) {
        if (word == form) {
            return std::string(base);
        }
    }
    constexpr std::size_t kShortest = 3;
    const auto strip = [&](std::string_view ending) {
        if (!endsWith(word, ending) || word.size() - ending.size() < kShortest) {
            return false;
        }
        word.resize(word.size() - ending.size());
        return true;
    };
    if (strip("ies")) {
        return word + 'y';  // puppies, puppy
    }
    if (strip("ing") || strip("ed")) {
        const std::size_t n = word.size();
        if (word[n - 1] == word[n - 2] && word[n - 1] != 's' && word[n - 1] != 'l') {
            word.pop_back();  // running, runs
        }
    } else if (!endsWith(word, "ss")) {
        strip("es") || strip("s");
    }
    if (word.size() > kShortest && word.back() == 'e') {
        word.pop_back();  // riding, ride
    }
    return word;
}

}  // namespace

std::vector<std::string> contentWords(std::string_view caption) {
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty() && std::ranges::find(kStopWords, std::string_view(word)) == kStopWords.end()) {
            words.push_back(stem(word));
        }
        word.clear();
    };
    for (const char c : caption) {
        const bool letter =
            ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || (static_cast<unsigned char>(c) & 0x80) != 0;
        if (letter) {
            word += c;
        } else if ('A' <= c && c <= 'Z') {
            word += static_cast<char>(c - 'A' + 'a');
        } else {
            finish();
        }
    }
    finish();
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

double similarity(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    if (a.empty() && b.empty()) {
        return 1.0;
    }
    std::size_t common = 0;
    for (const std::string& word : a) {
        common += std::ranges::binary_search(b, word) ? 1 : 0;
    }
    return 2.0 * static_cast<double>(common) / static_cast<double>(a.size() + b.size());
}

}  // namespace sightline
