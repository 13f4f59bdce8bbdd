#include "app/usage_error.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/option_values.h"

namespace sightline {
namespace {

using Names = std::vector<std::string>;

// Letters to insert, take away or change: Levenshtein's distance.
std::size_t lettersBetween(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j - 1] + 1, row[j] + 1, changed});
        }
    }
    return row.back();
}

// The name that was probably meant, as a question.
std::string didYouMean(const std::string& word, const Names& names) {
    constexpr std::size_t kLettersForOneWrong = 3;
    const auto nearest =
        std::ranges::min_element(names, {}, [&word](const std::string& name) { return lettersBetween(word, name); });
    const auto begun = std::ranges::find_if(names, [&word](const std::string& name) {
        return word.size() >= kLettersForOneWrong && name.starts_with(word);
    });
    if (nearest != names.end() && lettersBetween(word, *nearest) <= word.size() / kLettersForOneWrong) {
        return fmt::format(" Did you mean {}?", *nearest);
    }
    return begun != names.end() ? fmt::format(" Did you mean {}?", *begun) : std::string();
}

std::string listOf(const Names& names, const std::string& last = " and ") {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == names.size() ? last : ", ") + names[i];
    }
    return text;
}

Names commandsOf(const CLI::App& app) {
    Names names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (!command->get_group().empty()) {
            names.push_back(command->get_name());
        }
    }
    return names;
}

// "bench threads"; of the program itself nothing, which begins each message anyway.
std::string wordsOf(const CLI::App& command) {
    const std::string name = commandName(command);
    const auto space = name.find(' ');
    return space == std::string::npos ? std::string() : name.substr(space + 1);
}

const CLI::Option* positionalOf(const CLI::App& command) {
    const auto options = command.get_options();
    const auto found =
        std::ranges::find_if(options, [](const CLI::Option* option) { return option->get_positional(); });
    return found != options.end() ? *found : nullptr;
}

// What stood where nothing of the kind may stand.
std::string unexpected(const CLI::App& command) {
    const Names extras = command.remaining();
    const std::string name = wordsOf(command);
    const CLI::Option* file = positionalOf(command);
    const bool isWindow = command.get_parent() == nullptr && file != nullptr && file->count() > 0;
    if (isWindow && isUnknownCommand(file->results().front())) {
        return unknownCommand(command, file->results().front());  // what follows was meant for it
    }
    const auto option =
        std::ranges::find_if(extras, [](const std::string& word) { return word.size() > 1 && word.starts_with('-'); });
    if (option != extras.end()) {
        Names names;
        for (const CLI::Option* known : command.get_options()) {
            for (const std::string& longName : known->get_lnames()) {
                names.push_back("--" + longName);
            }
        }
        const std::string written = option->substr(0, option->find('='));
        return fmt::format("there is no option {}{}{}.{}", written, name.empty() ? "" : " for ", name,
                           didYouMean(written, names));
    }
    const std::string word = extras.empty() ? std::string() : extras.front();
    if (isWindow) {
        return fmt::format(
            "the window opens one video, so \"{}\" is one too many. sightline caption and sightline annotate take "
            "several.",
            word);
    }
    return fmt::format("{} cannot use \"{}\": it takes {}. Leave it out.", name, word,
                       file != nullptr ? "one file" : "no files");
}

// The option that a message of CLI11 is about: "--threads: Value ...", "SOURCE is required" or
// "Could not convert: --seed = x".
const CLI::Option* optionNamedIn(const CLI::App& command, const std::string& told) {
    constexpr const char* kBetweenWords = " :=";
    for (std::size_t at = told.find_first_not_of(kBetweenWords); at != std::string::npos;) {
        const std::size_t end = told.find_first_of(kBetweenWords, at);
        if (const CLI::Option* option = command.get_option_no_throw(told.substr(at, end - at))) {
            return option;
        }
        at = told.find_first_not_of(kBetweenWords, end);
    }
    return nullptr;
}

std::string missing(const CLI::App& command, const std::string& told) {
    if (const Names commands = commandsOf(command); !commands.empty() && command.get_subcommands().empty()) {
        const Names extras = command.remaining();
        const std::string word = extras.empty() ? std::string() : extras.front();
        const std::string name = wordsOf(command);
        const std::string why =
            word.empty() || word.starts_with('-')
                ? fmt::format("{} needs to know what to do.", name)
                : fmt::format("{} has no command \"{}\".{}", name, word, didYouMean(word, commands));
        return fmt::format("{} Its commands are {}, as in sightline {} {}.", why, listOf(commands), name,
                           commands.front());
    }
    const CLI::Option* option = optionNamedIn(command, told);
    return option != nullptr ? fmt::format("{}: {}.", told, option->get_description()) : told + ".";
}

// Too many values, or none.
std::string miscounted(const CLI::App& command, const std::string& told) {
    const CLI::Option* option = optionNamedIn(command, told);
    if (option == nullptr) {
        return told + ".";
    }
    return option->count() > 1
               ? fmt::format("{} is given {} times, but may be given once. Leave all but one out.", option->get_name(),
                             option->count())
               : fmt::format("{} needs a value behind it: {}.", option->get_name(), option->get_description());
}

// What an option takes: "one of fast, balanced or best", or nothing where its own check says it.
std::string taken(const OptionValues& values) {
    const std::string range = values.range.empty() ? "" : " from " + values.range;
    if (!values.choices.empty()) {
        return (values.choices.size() > 2 ? "one of " : "") + listOf(values.choices, " or ");
    }
    if (values.placeholder == "TIME") {
        const std::string least = values.range.substr(0, values.range.find(' '));
        return "a time, as 90s, 2min or 1:30" +
               (least.empty() || least == "0" ? "" : fmt::format(", and at least {} s", least));
    }
    if (values.placeholder == "FOLDER") {
        return "a folder that exists";
    }
    return values.placeholder == "N" ? (values.isWhole ? "a whole number" : "a number") + range : "";
}

// A value that the option does not take.
std::string unusable(const CLI::App& command, const std::string& told) {
    const CLI::Option* option = optionNamedIn(command, told);
    if (option == nullptr || option->results().empty()) {
        return told + ".";
    }
    const OptionValues values = valuesOf(*option);
    const Names written = option->results();
    const auto wrong = values.choices.empty() ? written.begin() : std::ranges::find_if(written, [&](const auto& word) {
        return std::ranges::find(values.choices, word) == values.choices.end();
    });
    const std::string word = wrong == written.end() ? written.front() : *wrong;
    const std::string what = taken(values);
    return what.empty() ? told + "."
                        : fmt::format("{} cannot be \"{}\".{} It takes {}.", option->get_name(), word,
                                      didYouMean(word, values.choices), what);
}

// "--a excludes --b", as CLI11 tells.
std::pair<std::string, std::string> aroundWord(const std::string& told, const std::string& word) {
    const auto at = told.find(word);
    return at == std::string::npos ? std::pair(told, std::string())
                                   : std::pair(told.substr(0, at), told.substr(at + word.size()));
}

}  // namespace

std::string commandName(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return parent != nullptr ? commandName(*parent) + " " + command.get_name() : command.get_name();
}

const CLI::App& commandGiven(const CLI::App& app) {
    const auto given = app.get_subcommands();
    return given.empty() ? app : commandGiven(*given.front());
}

std::string usageProblem(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App& command = commandGiven(app);
    const std::string told = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        return unexpected(command);
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        return missing(command, told);
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        return miscounted(command, told);
    }
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr ||
        dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
        return unusable(command, told);
    }
    if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
        const auto [one, other] = aroundWord(told, " excludes ");
        return fmt::format("{} and {} cannot be given together. Leave one out.", one, other);
    }
    if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr) {
        const auto [one, other] = aroundWord(told, " requires ");
        return fmt::format("{} needs {}. Give both, or neither.", one, other);
    }
    return told + ".";
}

bool isUnknownCommand(const std::string& word) {
    std::error_code unreadable;
    return !word.empty() &&
           std::ranges::all_of(word, [](unsigned char letter) { return std::isalpha(letter) != 0 || letter == '-'; }) &&
           !std::filesystem::exists(word, unreadable);
}

std::string unknownCommand(const CLI::App& app, const std::string& word) {
    const Names commands = commandsOf(app);
    return fmt::format("there is neither a command nor a file \"{}\".{} The commands are {}.", word,
                       didYouMean(word, commands), listOf(commands));
}

}  // namespace sightline
