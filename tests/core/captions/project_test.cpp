#include "core/captions/project.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::TemporaryFolder;
using test::writeBytes;

Project example() {
    Project project;
    project.source = {"/videos/a dog: über.mp4", 123456, "abc123"};
    project.captioner = Provenance{"sightline 0.1.0", "base", "f00d", 3, "balanced", "2026-11-24T10:00:00Z"};
    project.track.cues = {{0ns, 1'033'366'667ns, "a dog runs\nthrough \"grass\"", 0.25, CueOrigin::Model},
                          {2s, 3s, "zwei Hunde – 两只狗", 0.0, CueOrigin::Edited},
                          {3s, 4s, "a dog sleeps", 0.5, CueOrigin::Accepted}};
    project.track.language = "de";
    project.track.title = "Descriptions";
    project.track.videoName = "a dog: über.mp4";
    project.track.videoDuration = 3600s;
    project.shots = {1s, 2s};
    project.cleared = {{5s, 6s}};
    return project;
}

TEST(Project, WhatIsWrittenReadsBackEqual) {
    const auto read = parseProject(writeProject(example()));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, example());
    Project partly = example();
    partly.captioned = {{0s, 4s}, {5s, 3600s}};
    EXPECT_EQ(parseProject(writeProject(partly)).value(), partly);
    Project fresh = example();
    fresh.captioner.reset();
    EXPECT_EQ(parseProject(writeProject(fresh)).value(), fresh);
}

TEST(Project, HowTheCaptionsAreHeardIsKept) {
    Project heard = example();
    heard.description = {true, "command:piper --output_file {output}", 1.5, 12.0, 2s, 100ms, 300ms};
    EXPECT_EQ(parseProject(writeProject(heard)).value(), heard);
    EXPECT_EQ(writeProject(example()).find("audio_description"), std::string::npos);  // as it was before there was any
}

TEST(Project, FiguresOfAnotherHandComeIntoTheirRange) {
    auto json = nlohmann::json::parse(writeProject(example()));
    json["audio_description"] = {{"on", true},         {"voice", "robot:9"}, {"fastest", 40.0},
                                 {"ducking_db", -3.0}, {"least_gap_ns", -1}, {"head_margin_ns", 1'000'000'000'000},
                                 {"tail_margin_ns", 0}};
    const auto read = parseProject(json.dump());
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->description, (DescriptionSettings{true, "robot:9", 2.0, 0.0, 0s, 60s, 0s}));
}

TEST(Project, AFileOfALaterVersionIsRefusedByName) {
    auto json = nlohmann::json::parse(writeProject(example()));
    json["version"] = 2;
    const auto read = parseProject(json.dump());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::Unsupported);
    EXPECT_NE(read.error().message.find("later version"), std::string::npos);
}

TEST(Project, DamagedFilesAreErrors) {
    const auto sound = nlohmann::json::parse(writeProject(example()));
    std::vector<std::string> texts{"", "{", "[]", "null", "{\"format\": \"other\", \"version\": 1}"};
    for (const auto& member : sound.items()) {
        auto json = sound;
        json.erase(member.key());
        texts.push_back(json.dump());
        json[member.key()] = "nonsense";
        if (member.key() != "language" && member.key() != "title") {
            texts.push_back(json.dump());
        }
    }
    auto json = sound;
    json["cues"][0]["end_ns"] = -1;
    texts.push_back(json.dump());
    json = sound;
    json["cues"][0]["start_ns"] = 9'000'000'000;
    texts.push_back(json.dump());
    json = sound;
    json["cues"][1]["origin"] = "dreamt";
    texts.push_back(json.dump());
    for (const std::string& text : texts) {
        const auto read = parseProject(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::Corrupt) << text;
    }
}

TEST(Project, EveryPrefixOfAFileIsAnError) {
    const std::string whole = writeProject(example());
    for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
        ASSERT_FALSE(parseProject(whole.substr(0, length))) << length;
    }
}

TEST(SourceReference, AVideoIsKnownAgainBesideItsProject) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.file("moved"));
    writeBytes(folder.file("a.mp4"), std::string(3'000'000, 'v'));
    const auto source = referTo(folder.file("a.mp4"));
    ASSERT_TRUE(source);
    EXPECT_EQ(locate(*source, folder.file("moved/p.sightline")), folder.file("a.mp4"));
    std::filesystem::rename(folder.file("a.mp4"), folder.file("moved/a.mp4"));
    EXPECT_EQ(locate(*source, folder.file("moved/p.sightline")), folder.file("moved/a.mp4"));
}

TEST(SourceReference, AVideoRenamedBesideTheProjectIsFoundWhateverItsNameIsMadeOf) {
    const TemporaryFolder folder;
    const auto video = folder.file("caf\xe9.mp4");  // Latin-1, which a project file cannot hold
    writeBytes(video, std::string(3'000'000, 'v'));
    auto source = referTo(video);
    ASSERT_TRUE(source);
    source->path = folder.file("caf\xef\xbf\xbd.mp4");
    writeBytes(folder.file("another.mp4"), std::string(3'000'000, 'w'));
    EXPECT_EQ(locate(*source, folder.file("p.sightline")), video);
}

TEST(SourceReference, AnotherVideoOfTheSameNameIsNotTakenForIt) {
    const TemporaryFolder folder;
    writeBytes(folder.file("a.mp4"), std::string(3'000'000, 'v'));
    const auto source = referTo(folder.file("a.mp4"));
    ASSERT_TRUE(source);
    std::string other(3'000'000, 'v');
    other.back() = 'w';
    writeBytes(folder.file("a.mp4"), other);
    EXPECT_TRUE(locate(*source, folder.file("p.sightline")).empty());
    EXPECT_EQ(referTo(folder.file("missing.mp4")).error().code, ErrorCode::NotFound);
}

TEST(TimeRange, WhatIsLeftOfARangeWithoutOthers) {
    const TimeRange whole{0s, 10s};
    EXPECT_EQ(without(whole, {}), std::vector{whole});
    EXPECT_EQ(without(whole, {{2s, 3s}, {5s, 20s}}), (std::vector<TimeRange>{{0s, 2s}, {3s, 5s}}));
    EXPECT_EQ(without(whole, {{20s, 30s}}), std::vector{whole});
    EXPECT_TRUE(without(whole, {{0s, 10s}}).empty());
}

TEST(TimeRange, TouchingRangesAreJoined) {
    EXPECT_EQ(joined({{0s, 1s}, {4s, 5s}}, {1s, 2s}), (std::vector<TimeRange>{{0s, 2s}, {4s, 5s}}));
    EXPECT_EQ(joined({{0s, 1s}, {4s, 5s}}, {0s, 9s}), (std::vector<TimeRange>{{0s, 9s}}));
}

TEST(Project, NumbersThatDoNotFitAreNotTakenForOthers) {
    const auto sound = nlohmann::json::parse(writeProject(example()));
    const auto with = [&sound](const char* pointer, const nlohmann::json& value) {
        auto json = sound;
        json[nlohmann::json::json_pointer(pointer)] = value;
        return parseProject(json.dump());
    };
    EXPECT_FALSE(with("/cues/0/start_ns", 1e300));
    EXPECT_FALSE(with("/cues/2/end_ns", std::numeric_limits<std::int64_t>::max())) << "sums of times would overflow";
    EXPECT_FALSE(with("/cues/2/end_ns", std::numeric_limits<std::uint64_t>::max()));
    EXPECT_FALSE(with("/captioner/beams", 4294967297));
    EXPECT_FALSE(with("/source/bytes", -1));
    EXPECT_FALSE(with("/version", -1e300));
    EXPECT_EQ(with("/cues/0/end_ns", 1.5e9).value().track.cues[0].end, 1500ms);
}

TEST(Project, TimesBeyondAnyVideoBecomeTheLastOne) {
    auto json = nlohmann::json::parse(writeProject(example()));
    json["video"]["duration_ns"] = json["shots_ns"][1] = json["cleared_ns"][0][1] =
        std::numeric_limits<std::int64_t>::max();
    json["cleared_ns"][0][0] = std::numeric_limits<std::int64_t>::min();
    const auto read = parseProject(json.dump());
    ASSERT_TRUE(read) << read.error().detail;
    constexpr MediaTime kLast = 100'000h;
    EXPECT_EQ(read->track.videoDuration, kLast);
    EXPECT_EQ(read->shots.back(), kLast);
    EXPECT_EQ(read->cleared, (std::vector<TimeRange>{{-kLast, kLast}}));
}

}  // namespace
}  // namespace sightline
