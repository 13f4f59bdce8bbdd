#include "ui/video/spell_checker.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <QRegularExpression>
#include <QStandardPaths>

#include <fmt/format.h>
#include <hunspell.hxx>

#include "ui/video/captioner_words.h"

namespace sightline {
namespace {

constexpr const char* kWordsFile = "words-{}.txt";

// "pt-BR" as dictionaries are called: "pt_BR".
std::string fileName(std::string language) {
    std::ranges::replace(language, '-', '_');
    return language;
}

// Where most of a language's dictionaries are made for, when it has the region of another name.
std::string homeland(const std::string& language) {
    if (language == "en") {
        return "en_US";
    }
    std::string region = language;
    std::ranges::transform(region, region.begin(),
                           [](char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return language + "_" + region;
}

bool isDictionary(const std::filesystem::path& affixes) {
    std::error_code ignored;
    return affixes.extension() == ".aff" && std::filesystem::exists(affixes, ignored) &&
           std::filesystem::exists(std::filesystem::path(affixes).replace_extension(".dic"), ignored);
}

// The affix file; empty when there is none.
std::filesystem::path findDictionary(const std::string& language, const SpellingFolders& folders) {
    const std::string name = fileName(language);
    for (const std::string& exact : {name, homeland(name)}) {
        for (const auto& folder : folders.dictionaries) {
            if (const auto path = folder / (exact + ".aff"); isDictionary(path)) {
                return path;
            }
        }
    }
    const std::string anyRegion = name.substr(0, name.find('_')) + "_";
    std::filesystem::path best;
    for (const auto& folder : folders.dictionaries) {
        std::error_code status;
        for (auto entry = std::filesystem::directory_iterator(folder, status);
             !status && entry != std::filesystem::directory_iterator(); entry.increment(status)) {
            const auto& path = entry->path();
            const bool isBetter = best.empty() || path.filename() < best.filename();
            if (path.filename().string().starts_with(anyRegion) && isBetter && isDictionary(path)) {
                best = path;
            }
        }
    }
    return best;
}

// Hunspell writes "ISO8859-1" for what others call "ISO-8859-1".
QByteArray encodingName(const std::string& hunspells) {
    QByteArray name = QByteArray::fromStdString(hunspells);
    if (name.startsWith("ISO8859")) {
        name.insert(3, '-');
    }
    return name;
}

}  // namespace

SpellingFolders SpellingFolders::standard() {
    SpellingFolders folders;
    const auto add = [&](const QString& path) { folders.dictionaries.emplace_back(path.toStdString()); };
    for (const QString& path : qEnvironmentVariable("DICPATH").split(QLatin1Char(':'), Qt::SkipEmptyParts)) {
        add(path);  // hunspell's own variable
    }
    for (const QString& data : QStandardPaths::standardLocations(QStandardPaths::GenericDataLocation)) {
        for (const char* name : {"/hunspell", "/myspell", "/myspell/dicts"}) {
            add(data + QLatin1String(name));
        }
    }
    folders.words =
        QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation).toStdString() + "/Sightline";
    return folders;
}

Result<std::unique_ptr<SpellChecker>> SpellChecker::open(const std::string& language, const SpellingFolders& folders) {
    const auto affixes = findDictionary(language, folders);
    if (affixes.empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("There is no dictionary of the language {0}. Install one, as hunspell-{0}.", language));
    }
    std::unique_ptr<SpellChecker> checker(new SpellChecker);
    checker->dictionary_ = affixes;
    checker->words_ = folders.words / fmt::format(fmt::runtime(kWordsFile), language);
    checker->hunspell_ =
        std::make_unique<Hunspell>(affixes.c_str(), std::filesystem::path(affixes).replace_extension(".dic").c_str());
    const QByteArray encoding = encodingName(checker->hunspell_->get_dict_encoding());
    checker->encode_ = QStringEncoder(encoding.constData());
    checker->decode_ = QStringDecoder(encoding.constData());
    if (!checker->encode_.isValid() || !checker->decode_.isValid()) {
        return fail(ErrorCode::Unsupported, fmt::format("The dictionary {} is in the encoding {}, which cannot be "
                                                        "read. Install another one.",
                                                        affixes.string(), encoding.toStdString()));
    }
    // Hunspell takes words in lower case with a capital, too.
    for (const std::string_view word : captionerWords(language)) {
        checker->hunspell_->add(std::string(word));  // plain letters in any encoding
    }
    std::ifstream words(checker->words_);
    for (std::string word; std::getline(words, word);) {
        if (!word.empty()) {
            const QByteArray encoded = checker->encode_(QString::fromStdString(word));
            checker->hunspell_->add(encoded.toStdString());
        }
    }
    return checker;
}

SpellChecker::~SpellChecker() = default;

bool SpellChecker::isRight(const QString& word) {
    QString plain = word;
    plain.replace(QChar(0x2019), QLatin1Char('\''));  // dictionaries have the typewriter's apostrophe
    const QByteArray encoded = encode_(plain);
    return encode_.hasError() || hunspell_->spell(encoded.toStdString());  // other letters are another language
}

QStringList SpellChecker::suggestions(const QString& word) {
    QStringList texts;
    const QByteArray encoded = encode_(word);
    for (const std::string& suggestion : hunspell_->suggest(encoded.toStdString())) {
        const QString text = decode_(QByteArray::fromStdString(suggestion));
        texts << text;
    }
    return texts;
}

Result<void> SpellChecker::add(const QString& word) {
    const QByteArray encoded = encode_(word);
    hunspell_->add(encoded.toStdString());
    std::error_code status;
    std::filesystem::create_directories(words_.parent_path(), status);
    std::ofstream file(words_, std::ios::app);
    file << word.toStdString() << '\n';
    file.flush();
    if (!file) {
        return fail(ErrorCode::Io, fmt::format("Cannot write {}. The word is known until the program ends; check the "
                                               "folder and its permissions.",
                                               words_.string()));
    }
    return {};
}

std::vector<std::pair<int, int>> wordsOf(const QString& text) {
    static const QRegularExpression pattern(
        QStringLiteral("(?<![\\p{L}\\p{N}])[\\p{L}\\p{M}]+(?:['\\x{2019}][\\p{L}\\p{M}]+)*(?![\\p{L}\\p{N}])"));
    std::vector<std::pair<int, int>> words;
    for (auto found = pattern.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        words.emplace_back(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()));
    }
    return words;
}

}  // namespace sightline
