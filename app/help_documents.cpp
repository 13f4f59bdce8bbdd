#include "app/help_documents.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "app/option_values.h"
#include "app/settings.h"

namespace sightline {
namespace {

struct OptionEntry {
    std::vector<std::string> names;  // "-o", "--output"; the positional's name
    OptionValues values;
    std::string fallback;  // the default, or empty
    std::string help;
    bool isPositional = false;
    bool isRequired = false;
    bool isRepeated = false;
};

struct CommandEntry {
    std::vector<std::string> words;  // "bench", "threads"; none: the program itself
    std::string help;
    std::string footer;
    std::vector<OptionEntry> options;
    std::vector<std::string> next;  // words that may follow
};

OptionEntry describe(const CLI::Option& option) {
    OptionEntry entry;
    entry.help = option.get_description();
    entry.isPositional = option.get_positional();
    entry.isRequired = option.get_required();
    if (entry.isPositional) {
        entry.names.push_back(option.get_name(true));
        entry.isRepeated = option.get_items_expected_max() > 1;
        return entry;
    }
    for (const std::string& name : option.get_snames()) {
        entry.names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        entry.names.push_back("--" + name);
    }
    if (option.get_items_expected_max() > 0) {
        entry.values = valuesOf(option);
        // The defaults of settings are this user's and this machine's.
        const bool isSetting =
            entry.values.placeholder == "N" && std::ranges::any_of(settingsTable(), [&](const Setting& setting) {
                return setting.flag == entry.names.back();
            });
        entry.fallback = isSetting ? "" : option.get_default_str();
    }
    return entry;
}

void describe(const CLI::App& app, std::vector<std::string> words, std::vector<CommandEntry>& commands) {
    CommandEntry entry{words, app.get_description(), app.get_footer(), {}, {}};
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_group().empty()) {
            entry.options.push_back(describe(*option));
        }
    }
    std::vector<const CLI::App*> shown;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (!command->get_group().empty()) {
            shown.push_back(command);
            entry.next.push_back(command->get_name());
        }
    }
    commands.push_back(std::move(entry));
    for (const CLI::App* command : shown) {
        words.push_back(command->get_name());
        describe(*command, words, commands);
        words.pop_back();
    }
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

std::string roff(const std::string& text) {
    std::string escaped = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
    return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string manOption(const OptionEntry& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.names) {
        names.push_back(fmt::format("\\fB{}\\fR", roff(name)));
    }
    std::string text = fmt::format(".TP\n{}", fmt::join(names, ", "));
    if (!option.values.placeholder.empty()) {
        text += fmt::format(" \\fI{}\\fR", roff(option.values.placeholder));
    }
    text += "\n" + roff(option.help) + ".\n";
    if (!option.values.choices.empty()) {
        text += roff(fmt::format("One of {}.", fmt::join(option.values.choices, ", "))) + "\n";
    }
    if (!option.values.range.empty() && option.values.placeholder != "TIME") {
        text += roff(fmt::format("From {}.", option.values.range)) + "\n";
    }
    if (!option.fallback.empty()) {
        text += roff(fmt::format("The default is {}.", option.fallback)) + "\n";
    }
    if (option.isRequired && !option.isPositional) {
        text += "Must be given.\n";
    }
    return text;
}

std::string manSynopsis(const CommandEntry& command) {
    std::string text = "\\fBsightline";
    for (const std::string& word : command.words) {
        text += " " + roff(word);
    }
    text += "\\fR";
    if (!command.next.empty() && !command.words.empty()) {
        return text + " \\fICOMMAND\\fR";
    }
    text += " [\\fIOPTION\\fR]...";
    for (const OptionEntry& option : command.options) {
        if (option.isPositional) {
            const std::string name = fmt::format("\\fI{}\\fR", option.names.front());
            text += option.isRequired ? " " + name : " [" + name + "]";
            text += option.isRepeated ? "..." : "";
        }
    }
    return text;
}

std::string manPage(const std::vector<CommandEntry>& commands, const std::string& version) {
    std::string text = fmt::format(
        ".\\\" Made from the table of options that --help prints.\n"
        ".TH SIGHTLINE 1 \"\" \"sightline {}\" \"User Commands\"\n"
        ".SH NAME\nsightline \\- captions what a camera or a video shows\n.SH SYNOPSIS\n",
        version);
    for (const CommandEntry& command : commands) {
        if (command.next.empty() || command.words.empty()) {
            text += manSynopsis(command) + "\n.br\n";
        }
    }
    text +=
        ".SH DESCRIPTION\n" + roff(commands.front().help) +
        "\nWithout a command it opens its window. Captions describe pictures, not speech. Everything is computed on "
        "this machine; the network is used for streams that are opened, and for nothing else.\n";
    for (const CommandEntry& command : commands) {
        if (!command.next.empty() && !command.words.empty()) {
            continue;  // a group: its commands follow
        }
        if (command.words.empty()) {
            text += ".SH OPTIONS OF THE WINDOW\n";
        } else {
            text += fmt::format(".SH {}\n{}.\n", roff(fmt::format("{}", fmt::join(command.words, " "))),
                                roff(command.help));
        }
        for (const OptionEntry& option : command.options) {
            text += manOption(option);
        }
    }
    text +=
        ".SH FILES\n"
        ".TP\n\\fI~/.config/Sightline/Sightline.conf\\fR\nSettings.\n"
        ".TP\n\\fI~/.local/share/Sightline/\\fR\nProjects that have no name yet.\n"
        ".TP\n\\fI~/.local/state/sightline/\\fR\nThe log of the window and reports of crashes.\n"
        ".TP\n\\fI~/.cache/Sightline/\\fR\nWaveforms; may be removed.\n"
        ".PP\nXDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME and XDG_CACHE_HOME move them.\n"
        ".SH ENVIRONMENT\n"
        ".TP\n\\fBSIGHTLINE_RESOURCES\\fR\nFolder of models/ and resources/ to use instead of the installed ones.\n"
        ".TP\n\\fBSIGHTLINE_MAX_SIMD\\fR\nThe widest instruction set to use: portable, avx2, avxvnni or avx512; on "
        "AArch64 portable or neon.\n"
        ".SH EXIT STATUS\n" +
        roff(commands.front().footer) + "\n";
    return text;
}

// Settings are the same wherever they are given, so the list of options has them once.
bool isSetting(const OptionEntry& option) {
    return std::ranges::any_of(settingsTable(), [&](const Setting& setting) {
        return option.names.back() == setting.flag && option.help == setting.help;
    });
}

std::string markdownOption(const OptionEntry& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.names) {
        names.push_back(fmt::format("`{}`", name));
    }
    std::string text = fmt::format("- **{}**", fmt::join(names, ", "));
    if (!option.values.placeholder.empty()) {
        text += fmt::format(" *{}*", option.values.placeholder);
    }
    text += fmt::format(": {}.", replaced(option.help, "*", "\\*"));
    if (!option.values.choices.empty()) {
        text += fmt::format(" One of `{}`.", fmt::join(option.values.choices, "`, `"));
    }
    if (!option.values.range.empty() && option.values.placeholder != "TIME") {
        text += fmt::format(" From {}.", option.values.range);
    }
    if (!option.fallback.empty()) {
        text += fmt::format(" The default is `{}`.", option.fallback);
    }
    return text + (option.isRequired ? " Must be given.\n" : "\n");
}

std::string markdownList(const std::vector<CommandEntry>& commands) {
    std::string text;
    std::string settings;
    std::vector<std::string> users;
    for (const CommandEntry& command : commands) {
        if (!command.next.empty() && !command.words.empty()) {
            continue;  // a group: its commands follow
        }
        const std::string name = fmt::format("{}", fmt::join(command.words, " "));
        text += fmt::format("\n### {}\n\n{}.\n\n", name.empty() ? "sightline: the window" : "sightline " + name,
                            name.empty() ? "Without a command the window opens" : command.help);
        bool hasSettings = false;
        std::string shared;
        for (const OptionEntry& option : command.options) {
            if (isSetting(option)) {
                hasSettings = true;
                shared += markdownOption(option);
            } else {
                text += markdownOption(option);
            }
        }
        if (hasSettings) {
            users.push_back(name.empty() ? "the window" : fmt::format("`{}`", name));
            settings = shared;
        }
    }
    return text + fmt::format(
                      "\n### Settings\n\nThese go with {}. What is not given is as the window's Preferences and Thread "
                      "lab left it.\n\n{}",
                      fmt::join(users, ", "), settings);
}

// Options of the kind "--name", without positionals.
std::vector<std::string> flagsOf(const CommandEntry& command) {
    std::vector<std::string> flags;
    for (const OptionEntry& option : command.options) {
        if (!option.isPositional) {
            flags.insert(flags.end(), option.names.begin(), option.names.end());
        }
    }
    return flags;
}

std::string bashCompletion(const std::vector<CommandEntry>& commands) {
    std::string path;
    std::string words;
    std::string values;
    for (const CommandEntry& command : commands) {
        const std::string name = fmt::format("{}", fmt::join(command.words, " "));
        for (const std::string& next : command.next) {
            path += fmt::format("            \"{0}:{1}\") command=\"{2}\" ;;\n", name, next,
                                name.empty() ? next : name + " " + next);
        }
        words += fmt::format("        \"{}\") words=\"{} {}\" ;;\n", name, fmt::join(flagsOf(command), " "),
                             fmt::join(command.next, " "));
        for (const OptionEntry& option : command.options) {
            if (option.isPositional || option.values.placeholder.empty()) {
                continue;
            }
            std::vector<std::string> patterns;
            for (const std::string& flag : option.names) {
                patterns.push_back(fmt::format("\"{}:{}\"", name, flag));
            }
            const bool isFile = option.values.choices.empty() && option.values.placeholder != "N" &&
                                option.values.placeholder != "TIME";
            values += fmt::format("        {}) values=\"{}\"; files={} ;;\n", fmt::join(patterns, " | "),
                                  fmt::join(option.values.choices, " "), isFile ? "yes" : "");
        }
    }
    return "# bash completion of sightline; made from the table of options that --help prints.\n"
           "_sightline() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local command=\"\" words=\"\" values=\"none\" files=\"\" i\n"
           "    COMPREPLY=()\n"
           "    for ((i = 1; i < COMP_CWORD; ++i)); do\n"
           "        case \"$command:${COMP_WORDS[i]}\" in\n" +
           path +
           "        esac\n"
           "    done\n"
           "    case \"$command:$before\" in\n" +
           values +
           "    esac\n"
           "    if [[ $values != none ]]; then\n"
           "        if [[ -n $values ]]; then COMPREPLY=($(compgen -W \"$values\" -- \"$current\")); fi\n"
           "        if [[ -n $files ]]; then compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "
           "\"$current\")); "
           "fi\n"
           "        return\n"
           "    fi\n"
           "    case \"$command\" in\n" +
           words +
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    if [[ $current != -* ]]; then\n"
           "        compopt -o filenames 2>/dev/null\n"
           "        COMPREPLY+=($(compgen -f -- \"$current\"))\n"
           "    fi\n"
           "}\n"
           "complete -F _sightline sightline\n";
}

std::string zshWord(const std::string& text) {
    std::string escaped = replaced(text, "'", "'\\''");
    for (const char* character : {"[", "]", ":"}) {
        escaped = replaced(escaped, character, std::string("\\") + character);
    }
    return escaped;
}

std::string zshOption(const OptionEntry& option) {
    std::string action = option.values.placeholder == "FOLDER" ? "_files -/"
                         : option.values.placeholder == "TEXT" ? "_files"
                                                               : " ";
    if (!option.values.choices.empty()) {
        action = fmt::format("({})", fmt::join(option.values.choices, " "));
    }
    if (option.isPositional) {
        return fmt::format("        '{}:{}:_files' \\\n",
                           option.isRepeated   ? "*"
                           : option.isRequired ? "1"
                                               : "::file",
                           zshWord(option.names.front()));
    }
    std::string text;
    for (const std::string& name : option.names) {
        text += fmt::format(
            "        '{}[{}]{}' \\\n", name, zshWord(option.help),
            option.values.placeholder.empty() ? "" : fmt::format(":{}:{}", zshWord(option.values.placeholder), action));
    }
    return text;
}

std::string zshCompletion(const std::vector<CommandEntry>& commands) {
    std::string text = "#compdef sightline\n# Made from the table of options that --help prints.\n";
    for (const CommandEntry& command : commands) {
        const std::string function =
            command.words.empty() ? "_sightline" : fmt::format("_sightline_{}", fmt::join(command.words, "_"));
        text += "\n" + function + "() {\n";
        if (!command.next.empty()) {
            text += "    local line state\n";
        }
        text += command.next.empty() ? "    _arguments \\\n" : "    _arguments -C \\\n";
        for (const OptionEntry& option : command.options) {
            if (!(option.isPositional && !command.next.empty())) {
                text += zshOption(option);
            }
        }
        if (command.next.empty()) {
            text += "        && return 0\n}\n";
            continue;
        }
        text +=
            "        '1: :->command' '*::argument:->arguments' && return 0\n    case $state in\n    command)\n"
            "        local -a commands=(\n";
        for (const std::string& next : command.next) {
            auto words = command.words;
            words.push_back(next);
            const auto found = std::ranges::find(commands, words, &CommandEntry::words);
            text += fmt::format("            '{}:{}'\n", next, zshWord(found->help));
        }
        text += fmt::format(
            "        )\n        _describe command commands\n{}        ;;\n    arguments)\n        case $line[1] in\n",
            command.words.empty() ? "        _files\n" : "");
        for (const std::string& next : command.next) {
            text += fmt::format("        {}) {}_{} ;;\n", next, function, next);
        }
        text += "        esac\n        ;;\n    esac\n}\n";
    }
    return text + "\n_sightline \"$@\"\n";
}

std::string fishWord(const std::string& text) { return replaced(replaced(text, "\\", "\\\\"), "'", "\\'"); }

std::string fishCompletion(const std::vector<CommandEntry>& commands) {
    std::string text = "# Made from the table of options that --help prints.\n";
    for (const CommandEntry& command : commands) {
        std::string condition;
        if (command.words.empty()) {
            condition = fmt::format("not __fish_seen_subcommand_from {}", fmt::join(command.next, " "));
        }
        for (const std::string& word : command.words) {
            condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ", word);
        }
        if (!command.words.empty() && !command.next.empty()) {
            condition += fmt::format("; and not __fish_seen_subcommand_from {}", fmt::join(command.next, " "));
        }
        for (const std::string& next : command.next) {
            auto words = command.words;
            words.push_back(next);
            const auto found = std::ranges::find(commands, words, &CommandEntry::words);
            text +=
                fmt::format("complete -c sightline -n '{}' -a {} -d '{}'\n", condition, next, fishWord(found->help));
        }
        for (const OptionEntry& option : command.options) {
            if (option.isPositional) {
                continue;
            }
            text += fmt::format("complete -c sightline -n '{}'", condition);
            for (const std::string& name : option.names) {
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            }
            if (!option.values.placeholder.empty()) {
                const bool isFile = option.values.choices.empty() && option.values.placeholder != "N" &&
                                    option.values.placeholder != "TIME";
                text += isFile ? " -r" : " -x";
            }
            if (!option.values.choices.empty()) {
                text += fmt::format(" -a '{}'", fmt::join(option.values.choices, " "));
            }
            text += fmt::format(" -d '{}'\n", fishWord(option.help));
        }
    }
    return text;
}

}  // namespace

std::optional<std::string> helpDocument(const CLI::App& app, const std::string& kind, const std::string& version) {
    std::vector<CommandEntry> commands;
    describe(app, {}, commands);
    if (kind == "man") {
        return manPage(commands, version);
    }
    if (kind == "markdown") {
        return markdownList(commands);
    }
    if (kind == "bash") {
        return bashCompletion(commands);
    }
    if (kind == "zsh") {
        return zshCompletion(commands);
    }
    if (kind == "fish") {
        return fishCompletion(commands);
    }
    return std::nullopt;
}

}  // namespace sightline
