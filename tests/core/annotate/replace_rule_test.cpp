#include "core/annotate/replace_rule.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace sightline {
namespace {

struct Case {
    const char* name;
    OutputFacts facts;
    OutputAction skip;
    OutputAction keepEdited;
    OutputAction replace;
};

constexpr auto kWrite = OutputAction::Write;
constexpr auto kFormer = OutputAction::WriteKeepingFormer;
constexpr auto kKeep = OutputAction::Keep;
constexpr auto kLeave = OutputAction::LeaveAlone;

// there, readable; digests: of the content, written, taken over, fresh
const Case kCases[] = {
    {"nothing is there", {false, false, "", "", "", "new"}, kWrite, kWrite, kWrite},
    {"it was written and removed", {false, false, "", "ours", "", "new"}, kWrite, kWrite, kWrite},
    {"as this program wrote it", {true, true, "ours", "ours", "", "new"}, kKeep, kWrite, kWrite},
    {"as it would be written", {true, true, "new", "ours", "", "new"}, kKeep, kKeep, kKeep},
    {"a stranger's, as it would be written", {true, true, "new", "", "", "new"}, kKeep, kKeep, kKeep},
    {"by another program", {true, true, "theirs", "", "", "new"}, kLeave, kLeave, kFormer},
    {"edited by hand, not taken over", {true, true, "edited", "ours", "", "new"}, kLeave, kLeave, kFormer},
    {"edited by hand, taken over", {true, true, "edited", "ours", "edited", "new"}, kKeep, kFormer, kFormer},
    {"edited again since", {true, true, "twice", "ours", "edited", "new"}, kLeave, kLeave, kFormer},
    {"edited back to what was written", {true, true, "ours", "ours", "edited", "new"}, kKeep, kWrite, kWrite},
    {"edits that would be written so", {true, true, "ours", "ours", "ours", "new"}, kKeep, kFormer, kFormer},
    {"a folder or a link to nothing", {true, false, "", "", "", "new"}, kLeave, kLeave, kLeave},
    {"a folder where a file was", {true, false, "", "ours", "", "new"}, kLeave, kLeave, kLeave},
    {"a video by another program", {true, true, "theirs", "", "", ""}, kLeave, kLeave, kFormer},
    {"a video as this program wrote it", {true, true, "ours", "ours", "", ""}, kKeep, kWrite, kWrite},
};

TEST(ReplaceRule, OnlyWhatThisProgramWroteIsReplacedUnlessTheUserSaysSo) {
    for (const Case& one : kCases) {
        EXPECT_EQ(decideOutput(one.facts, Existing::Skip), one.skip) << one.name << ", skip";
        EXPECT_EQ(decideOutput(one.facts, Existing::KeepEdited), one.keepEdited) << one.name << ", keep-edited";
        EXPECT_EQ(decideOutput(one.facts, Existing::Replace), one.replace) << one.name << ", replace";
    }
}

// All that can be: nothing that is there and that a person or another program made is written over unless asked, and
// even then the former file stays.
TEST(ReplaceRule, NothingIsLostWhateverIsThere) {
    const std::vector<std::string_view> digests{"", "a", "b", "c"};
    for (const bool isReadable : {false, true}) {
        for (const auto digest : digests) {
            if (isReadable == digest.empty()) {
                continue;
            }
            for (const auto written : digests) {
                for (const auto takenOver : digests) {
                    for (const auto fresh : digests) {
                        const OutputFacts facts{true, isReadable, digest, written, takenOver, fresh};
                        const bool isOurs = isReadable && !digest.empty() && digest == written;
                        SCOPED_TRACE(testing::Message() << isReadable << " '" << digest << "' '" << written << "' '"
                                                        << takenOver << "' '" << fresh << "'");
                        const auto skip = decideOutput(facts, Existing::Skip);
                        EXPECT_TRUE(skip == kKeep || skip == kLeave);
                        const auto keepEdited = decideOutput(facts, Existing::KeepEdited);
                        EXPECT_TRUE(keepEdited != kWrite || isOurs);
                        EXPECT_TRUE(ownerOf(facts) == OutputOwner::Program || keepEdited == kKeep ||
                                    keepEdited == kLeave);
                        EXPECT_TRUE(decideOutput(facts, Existing::Replace) != kWrite || isOurs);
                    }
                }
            }
        }
    }
}

TEST(ReplaceRule, TheOwnerOfAFileIsTold) {
    EXPECT_EQ(ownerOf({true, true, "ours", "ours", "", ""}), OutputOwner::Program);
    EXPECT_EQ(ownerOf({true, true, "edited", "ours", "edited", ""}), OutputOwner::Program);
    EXPECT_EQ(ownerOf({true, true, "edited", "ours", "", ""}), OutputOwner::Edited);
    EXPECT_EQ(ownerOf({true, true, "theirs", "", "", ""}), OutputOwner::Foreign);
    EXPECT_EQ(ownerOf({true, false, "", "", "", ""}), OutputOwner::Unreadable);
}

}  // namespace
}  // namespace sightline
