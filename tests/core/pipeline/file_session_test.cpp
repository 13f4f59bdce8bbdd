#include "core/pipeline/file_session.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/fake_captioner.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

struct SessionRun {
    std::vector<Caption> captions;
    Result<FileSessionReport> report = fail(ErrorCode::Internal, "not run");
};

SessionRun run(test::NumberedSourceOptions options, MediaTime interval, const std::stop_token& stop = {}) {
    SessionRun run;
    test::NumberedSource source(std::move(options));
    test::FakeCaptioner captioner;
    FileSessionOptions session;
    session.interval = interval;
    run.report = captionFile(
        source, captioner, session, [&](const Caption& caption, const StageTimes&) { run.captions.push_back(caption); },
        stop);
    return run;
}

TEST(FileSession, CaptionsCoverTheVideoWithoutGapOrOverlap) {
    const SessionRun done = run({.frames = 100}, 1s);
    ASSERT_TRUE(done.report);
    EXPECT_EQ(done.report->framesRead, 100U);
    ASSERT_EQ(done.captions.size(), 4U);
    for (std::size_t i = 0; i < done.captions.size(); ++i) {
        EXPECT_EQ(done.captions[i].frameId, 25 * i);
        EXPECT_EQ(done.captions[i].start, i * 1s);
        EXPECT_EQ(done.captions[i].end, (i + 1) * 1s);
    }
}

TEST(FileSession, AnIntervalBelowTheFrameDurationCaptionsEveryFrame) {
    const SessionRun done = run({.frames = 20}, 1ms);
    EXPECT_EQ(done.captions.size(), 20U);
}

TEST(FileSession, SamplesStayOnTheGridWhenFramesDoNot) {
    const SessionRun done = run({.frames = 30, .frameDuration = 300ms}, 1s);  // frames at 0, 0.3, 0.6, 0.9, 1.2, ...
    ASSERT_EQ(done.captions.size(), 9U);
    EXPECT_EQ(done.captions[1].start, 1200ms);
    EXPECT_EQ(done.captions[2].start, 2100ms);
    EXPECT_EQ(done.captions[3].start, 3s);
    EXPECT_EQ(done.captions.back().end, 9s);
}

TEST(FileSession, WhatWasReadBeforeAnErrorIsCaptioned) {
    const SessionRun done = run({.frames = 60, .failure = Error{ErrorCode::Corrupt, "cut", {}}}, 1s);
    ASSERT_FALSE(done.report);
    EXPECT_EQ(done.report.error().code, ErrorCode::Corrupt);
    ASSERT_EQ(done.captions.size(), 3U);
    EXPECT_EQ(done.captions.back().end, 2400ms);
}

TEST(FileSession, AStopRequestCancels) {
    std::stop_source stop;
    test::NumberedSource source({.frames = 10, .blocks = true});
    test::FakeCaptioner captioner([&](int number) -> std::optional<Error> {
        if (number == 3) {
            stop.request_stop();
        }
        return std::nullopt;
    });
    FileSessionOptions options;
    options.interval = 1ms;
    const auto report = captionFile(
        source, captioner, options, [](const Caption&, const StageTimes&) {}, stop.get_token());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
}

TEST(FileSession, AModelErrorEndsTheFileWithoutHanging) {
    test::NumberedSource source({.frames = 1000});
    test::FakeCaptioner captioner([](int) { return std::optional(Error{ErrorCode::Model, "broken", {}}); });
    FileSessionOptions options;
    options.interval = 1ms;
    const auto report = captionFile(source, captioner, options, [](const Caption&, const StageTimes&) {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().message, "broken");
}

}  // namespace
}  // namespace sightline
