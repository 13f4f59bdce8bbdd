// Whether words are spelt right, by hunspell and the dictionaries that are installed, and the captioner's own words.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <QStringDecoder>
#include <QStringEncoder>
#include <QStringList>

#include "core/base/result.h"

class Hunspell;

namespace sightline {

struct SpellingFolders {
    std::vector<std::filesystem::path> dictionaries;  // searched in this order for LANGUAGE.aff and .dic
    std::filesystem::path words;                      // of the user: a file a language; made with the first word

    static SpellingFolders standard();
};

// UI thread only.
class SpellChecker {
public:
    // `language` as BCP 47 ("en", "pt-BR"); of one without a region any will do, the one of its homeland first.
    // Errors: NotFound, no dictionary is installed; Unsupported, its encoding is not known.
    static Result<std::unique_ptr<SpellChecker>> open(const std::string& language, const SpellingFolders& folders);
    ~SpellChecker();

    bool isRight(const QString& word);
    QStringList suggestions(const QString& word);  // likeliest first
    // To the user's own words, at once and for later. Error: Io; the word counts until the program ends.
    Result<void> add(const QString& word);

    const std::filesystem::path& dictionary() const { return dictionary_; }

private:
    SpellChecker() = default;

    std::filesystem::path dictionary_;
    std::filesystem::path words_;
    std::unique_ptr<Hunspell> hunspell_;
    QStringEncoder encode_;
    QStringDecoder decode_;
};

// Where words are in `text`: start and length, without numbers and what is joined to them.
std::vector<std::pair<int, int>> wordsOf(const QString& text);

}  // namespace sightline
