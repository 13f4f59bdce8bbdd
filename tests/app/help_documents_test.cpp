// Man page, manual and completions hold what --help prints.
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "tests/app/program.h"

namespace sightline {
namespace {

using test::run;

constexpr std::array kCommands{"", "caption", "annotate", "live", "shots", "bench threads", "bench engine"};

std::set<std::string> optionsOf(const std::string& command) {
    const std::string help = run(command + " --help").out;
    const std::regex option(R"(\n  (?:-\w,)?(--[a-z-]+))");
    std::set<std::string> found;
    for (std::sregex_iterator i(help.begin(), help.end(), option), end; i != end; ++i) {
        found.insert((*i)[1]);
    }
    EXPECT_GE(found.size(), 2U) << command;
    return found;
}

std::string document(const std::string& kind) {
    const auto made = run("help-document " + kind);
    EXPECT_EQ(made.code, 0) << made.err;
    return made.out;
}

std::string completedByBash(const std::string& script, const std::string& words) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file("sightline"), script);
    test::writeBytes(folder.file("ask"), ". " + folder.file("sightline").string() + "\nCOMP_WORDS=(" + words +
                                             ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_sightline\n"
                                             "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
    FILE* pipe = popen(("cd " + folder.file("").string() + " && bash ask").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        out.append(buffer.data(), n);
    }
    EXPECT_EQ(pclose(pipe), 0);
    return out;
}

TEST(HelpDocuments, HoldEveryCommandAndOptionOfHelp) {
    const std::string man = document("man");
    const std::string bash = document("bash");
    const std::string zsh = document("zsh");
    const std::string fish = document("fish");
    for (const std::string command : kCommands) {
        for (const std::string& option : optionsOf(command)) {
            std::string escaped = std::regex_replace(option, std::regex("-"), "\\-");
            EXPECT_NE(man.find("\\fB" + escaped + "\\fR"), std::string::npos) << command << " " << option;
            EXPECT_NE(bash.find(option), std::string::npos) << command << " " << option;
            EXPECT_NE(zsh.find("'" + option + "["), std::string::npos) << command << " " << option;
            EXPECT_NE(fish.find(" -l " + option.substr(2) + " "), std::string::npos) << command << " " << option;
        }
        const std::string word = command.substr(command.rfind(' ') + 1);
        for (const std::string* text : {&man, &bash, &zsh, &fish}) {
            EXPECT_NE(text->find(word), std::string::npos) << command;
        }
    }
    for (const char* hidden : {"bench-child", "help-document"}) {
        EXPECT_EQ(man.find(hidden), std::string::npos) << hidden;
    }
}

TEST(HelpDocuments, TheManualDescribesEveryOption) {
    const std::string page = test::readBytes(test::sourceFile("resources/manual/command_line.md"));
    const std::string heading = "## All options\n";
    const auto at = page.find(heading);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(page.substr(at + heading.size()), document("markdown"))
        << "cmake --build --preset dev --target manual_options writes it anew";
    for (const std::string command : kCommands) {
        EXPECT_TRUE(command.empty() || page.find("### sightline " + command + "\n") != std::string::npos) << command;
        for (const std::string& option : optionsOf(command)) {
            EXPECT_NE(page.find("`" + option + "`"), std::string::npos) << command << " " << option;
        }
    }
}

TEST(HelpDocuments, BashCompletesCommandsOptionsAndChoices) {
    const std::string script = document("bash");
    EXPECT_EQ(completedByBash(script, "sightline anno"), "annotate\n");
    EXPECT_EQ(completedByBash(script, "sightline annotate --qua"), "--quality\n");
    EXPECT_EQ(completedByBash(script, "sightline annotate --quality b"), "balanced\nbest\n");
    EXPECT_EQ(completedByBash(script, "sightline bench threads --pipel"), "--pipeline\n");
    EXPECT_EQ(completedByBash(script, "sightline bench e"), "engine\n");
    EXPECT_EQ(completedByBash(script, "sightline annotate --output s"), "sightline\n") << "a file";
}

TEST(HelpDocuments, DependOnNoSettingsOfThisMachine) {
    const std::string man = document("man");
    const auto at = man.find("\\fB\\-\\-threads\\fR");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(man.substr(at, man.find(".TP", at) - at).find("default"), std::string::npos);
}

}  // namespace
}  // namespace sightline
