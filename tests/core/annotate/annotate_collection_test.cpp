// The file of all videos over runs, and what becomes of one that another program or a person wrote.
#include "core/annotate/annotate_collection.h"

#include <gtest/gtest.h>

#include "core/subtitles/subtitle_format.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

CueTrack saying(const std::string& text) {
    CueTrack track;
    track.cues = {{.start = 0s, .end = 1s, .text = text}};
    return track;
}

class AnnotateCollectionTest : public testing::Test {
protected:
    // Videos as "stem of the output = text"; the input's name is the last part.
    OutputOutcome run(const std::vector<std::pair<std::string, std::string>>& videos,
                      Existing existing = Existing::Skip) const {
        AnnotateCollection collection(*findCollectionKind("activitynet"), folder_.file(""), existing);
        for (const auto& [name, text] : videos) {
            const auto file = std::filesystem::path(name).filename().string() + ".mp4";
            collection.add({std::filesystem::path("/in") / name / file, folder_.file(name)}, saying(text));
        }
        OutputOutcome outcome;
        collection.write(outcome);
        return outcome;
    }
    std::filesystem::path path() const { return folder_.file("activitynet.json"); }
    std::string textOf(const std::string& id) const {
        const auto reading = findSubtitleFormat("json")->read(
            test::readBytes(path()), {.video = "/x/" + id + ".mp4", .videoDuration = {}, .file = {}});
        return reading && !reading->track.cues.empty() ? reading->track.cues[0].text : "none";
    }

    test::TemporaryFolder folder_;
};

TEST_F(AnnotateCollectionTest, VideosOfLaterRunsJoinThoseThatAreThere) {
    EXPECT_EQ(run({{"a", "a dog"}, {"b", "a cat"}}).written.size(), 1U);
    EXPECT_EQ(run({{"c", "a cow"}, {"a", "another dog"}}).written.size(), 1U);
    EXPECT_EQ(textOf("a"), "a dog");  // skipped
    EXPECT_EQ(textOf("b"), "a cat");
    EXPECT_EQ(textOf("c"), "a cow");
    EXPECT_TRUE(run({{"c", "a pig"}}).written.empty());  // nothing is missing
    for (const Existing existing : {Existing::KeepEdited, Existing::Replace}) {
        const auto outcome = run({{"a", existing == Existing::Replace ? "three" : "two"}}, existing);
        EXPECT_EQ(outcome.written.size(), 1U);
        EXPECT_TRUE(outcome.former.empty());  // it was as this program wrote it
        EXPECT_EQ(textOf("a"), existing == Existing::Replace ? "three" : "two");
        EXPECT_EQ(textOf("b"), "a cat");
    }
}

TEST_F(AnnotateCollectionTest, VideosOfOneNameAreNotMixedUp) {
    run({{"x/a", "of x"}});
    run({{"y/a", "of y"}});
    EXPECT_EQ(textOf("a"), "of x");
    const std::string bytes = test::readBytes(path());
    EXPECT_NE(bytes.find("\"y/a\": "), std::string::npos) << bytes;
}

TEST_F(AnnotateCollectionTest, AFileOfOthersIsLeftAloneAndReplaceKeepsIt) {
    const std::string theirs = R"({"v_a": {"duration": 1, "timestamps": [[0, 1]], "sentences": ["theirs"]}})";
    for (const std::string& bytes : {theirs, std::string("no JSON"), std::string()}) {
        test::writeBytes(path(), bytes);
        for (const Existing existing : {Existing::Skip, Existing::KeepEdited}) {
            const auto outcome = run({{"a", "ours"}}, existing);
            EXPECT_TRUE(outcome.written.empty());
            ASSERT_EQ(outcome.leftAlone.size(), 1U);
            EXPECT_NE(outcome.leftAlone[0].find("did not write it"), std::string::npos) << outcome.leftAlone[0];
            EXPECT_EQ(test::readBytes(path()), bytes);
        }
    }
    test::writeBytes(path(), theirs);
    const auto outcome = run({{"b", "ours"}}, Existing::Replace);
    ASSERT_EQ(outcome.former.size(), 1U);
    EXPECT_EQ(test::readBytes(outcome.former[0]), theirs);
    EXPECT_EQ(textOf("b"), "ours");
    EXPECT_EQ(textOf("a"), "none");
}

TEST_F(AnnotateCollectionTest, AFileThatWasChangedIsLeftAloneAndReplaceLosesNoOtherVideo) {
    run({{"a", "a dog"}, {"b", "a cat"}});
    std::string changed = test::readBytes(path());
    changed.replace(changed.find("a cat"), 5, "a cow");
    test::writeBytes(path(), changed);
    const auto outcome = run({{"c", "a pig"}}, Existing::KeepEdited);
    ASSERT_EQ(outcome.leftAlone.size(), 1U);
    EXPECT_NE(outcome.leftAlone[0].find("was changed since"), std::string::npos) << outcome.leftAlone[0];
    EXPECT_EQ(test::readBytes(path()), changed);
    const auto replaced = run({{"c", "a pig"}}, Existing::Replace);
    ASSERT_EQ(replaced.former.size(), 1U);
    EXPECT_EQ(test::readBytes(replaced.former[0]), changed);
    EXPECT_EQ(textOf("b"), "a cow");
    EXPECT_EQ(textOf("c"), "a pig");
}

TEST_F(AnnotateCollectionTest, ARunThatEndedBetweenRecordAndFileIsGoneOnWith) {
    run({{"a", "a dog"}});
    const std::string before = test::readBytes(path());
    run({{"b", "a cat"}});
    test::writeBytes(path(), before);  // its record was written, it was not
    EXPECT_EQ(run({{"b", "a cat"}}).written.size(), 1U);
    EXPECT_EQ(textOf("a"), "a dog");
    EXPECT_EQ(textOf("b"), "a cat");
}

}  // namespace
}  // namespace sightline
