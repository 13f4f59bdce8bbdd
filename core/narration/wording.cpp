#include "core/narration/wording.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "core/scenes/caption_similarity.h"

namespace sightline {
namespace {

// Also those of Chinese and Japanese, which need no space behind them.
constexpr std::array<std::string_view, 3> kWideMarks{"\u3002", "\uff01", "\uff1f"};

bool isMark(char c) { return c == '.' || c == '!' || c == '?'; }
bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string inOneLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (!isSpace(c)) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    return line;
}

std::size_t newWords(const std::string& sentence, const std::vector<std::string>& known) {
    const auto words = contentWords(sentence);
    return static_cast<std::size_t>(std::ranges::count_if(
        words, [&](const std::string& word) { return std::ranges::find(known, word) == known.end(); }));
}

std::string joinedText(const std::vector<std::string>& sentences) {
    std::string text;
    for (const std::string& sentence : sentences) {
        text += (text.empty() ? "" : " ") + sentence;
    }
    return text;
}

// Index of the sentence that is missed least.
std::size_t leastNew(const std::vector<std::string>& sentences, std::string_view before) {
    std::size_t least = 0;
    std::size_t leastWords = SIZE_MAX;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        auto known = contentWords(before);
        for (std::size_t other = 0; other < sentences.size(); ++other) {
            if (other != i) {
                const auto words = contentWords(sentences[other]);
                known.insert(known.end(), words.begin(), words.end());
            }
        }
        const std::size_t words = newWords(sentences[i], known);
        if (words <= leastWords) {
            leastWords = words;
            least = i;
        }
    }
    return least;
}

}  // namespace

std::vector<std::string> sentencesOf(std::string_view text) {
    const std::string line = inOneLine(text);
    std::vector<std::string> sentences;
    std::string sentence;
    const auto end = [&] {
        if (!sentence.empty()) {
            sentences.push_back(std::exchange(sentence, {}));
        }
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (sentence.empty() && isSpace(line[i])) {
            continue;
        }
        sentence += line[i];
        const bool isEnd = isMark(line[i]) && (i + 1 == line.size() || isSpace(line[i + 1]));
        const bool isWideEnd = std::ranges::any_of(
            kWideMarks, [&](std::string_view mark) { return std::string_view(sentence).ends_with(mark); });
        // "Mr. Smith", "e.g. a dog": behind a short name, and where it goes on in small letters, no sentence ends.
        const std::size_t space = sentence.find_last_of(' ');
        const std::string_view word = std::string_view(sentence).substr(space == std::string::npos ? 0 : space + 1);
        const bool isName = word.size() <= 3 && word.front() >= 'A' && word.front() <= 'Z';
        const bool isAbbreviation =
            line[i] == '.' && i + 2 < line.size() && ((line[i + 2] >= 'a' && line[i + 2] <= 'z') || isName);
        if (isWideEnd || (isEnd && !isAbbreviation)) {
            end();
        }
    }
    end();
    return sentences;
}

std::vector<std::string> wordings(std::string_view text, const std::vector<std::string>& alternatives,
                                  std::string_view before) {
    const std::string whole = inOneLine(text);
    if (whole.empty()) {
        return {};
    }
    std::vector<std::string> found{whole};
    const auto addShorter = [&](std::string next) {
        if (!next.empty() && next.size() < found.back().size()) {
            found.push_back(std::move(next));
        }
    };
    std::vector<std::string> others;
    for (const std::string& alternative : alternatives) {
        others.push_back(inOneLine(alternative));
    }
    std::ranges::stable_sort(others, std::greater{}, &std::string::size);
    for (std::string& other : others) {
        addShorter(std::move(other));
    }
    auto sentences = sentencesOf(whole);
    while (sentences.size() > 1) {
        sentences.erase(sentences.begin() + static_cast<std::ptrdiff_t>(leastNew(sentences, before)));
        addShorter(joinedText(sentences));
    }
    return found;
}

bool saysNothingNew(std::string_view text, std::string_view before) {
    const auto words = contentWords(text);
    if (words.empty() || before.empty()) {
        return inOneLine(text) == inOneLine(before);
    }
    return newWords(std::string(text), contentWords(before)) == 0;
}

}  // namespace sightline
