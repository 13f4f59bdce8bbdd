// GStreamer pipelines, as users write them.
#include <thread>

#include <gtest/gtest.h>

#include "core/media/live/open_source.h"
#include "tests/support/expect_red.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::expectRed;

Result<std::unique_ptr<FrameSource>> open(const std::string& pipeline) { return openSource("gst:" + pipeline); }

TEST(PipelineSource, ItsPicturesAreShownWithoutAnAppSink) {
    auto source = open("videotestsrc is-live=true pattern=red ! video/x-raw,width=320,height=240,framerate=25/1");
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->description().width, 320);
    EXPECT_EQ((*source)->description().height, 240);
    EXPECT_EQ((*source)->description().frameRate, 25.0);
    EXPECT_TRUE((*source)->description().live);
    for (int i = 0; i < 5; ++i) {
        const auto frame = (*source)->read();
        ASSERT_TRUE(frame) << frame.error().message;
        expectRed(frame->image);
    }
}

TEST(PipelineSource, AnAppSinkOfTheirOwnIsTaken) {
    auto source = open("videotestsrc pattern=red ! videoconvert ! appsink");
    ASSERT_TRUE(source) << source.error().message;
    const auto frame = (*source)->read();
    ASSERT_TRUE(frame) << frame.error().message;
    expectRed(frame->image);
}

TEST(PipelineSource, OneThatEndsIsOver) {
    auto source = open("videotestsrc num-buffers=3");
    ASSERT_TRUE(source) << source.error().message;
    auto frame = (*source)->read();
    ASSERT_TRUE(frame) << frame.error().message;
    while (frame) {
        frame = (*source)->read();
    }
    EXPECT_EQ(frame.error().code, ErrorCode::EndOfStream) << frame.error().message;
}

TEST(PipelineSource, OneThatFailsTellsWhy) {
    auto source = open("videotestsrc is-live=true ! identity error-after=5");
    ASSERT_TRUE(source) << source.error().message;
    auto frame = (*source)->read();
    while (frame) {
        frame = (*source)->read();
    }
    EXPECT_EQ(frame.error().code, ErrorCode::Device);
    EXPECT_NE(frame.error().message.find("Failed after iterations as requested"), std::string::npos)
        << frame.error().message;
}

TEST(PipelineSource, OneWithAnAppSinkThatFailsTellsWhyToo) {
    const std::string pipeline = "videotestsrc is-live=true ! identity error-after=5 ! videoconvert ! appsink";
    for (const std::string& text : {pipeline, "pipeline.( " + pipeline + " )"}) {
        auto source = open(text);
        ASSERT_TRUE(source) << source.error().message;
        auto frame = (*source)->read();
        EXPECT_TRUE(frame) << frame.error().message;
        while (frame) {
            frame = (*source)->read();
        }
        EXPECT_EQ(frame.error().code, ErrorCode::Device) << text;
        EXPECT_NE(frame.error().message.find("Failed after iterations as requested"), std::string::npos)
            << frame.error().message;
    }
}

TEST(PipelineSource, OneThatStallsIsToldAndClosed) {
    PipelineOptions options;
    options.stallTimeout = 300ms;
    // Its second source keeps the funnel open when the first has ended.
    auto source = openPipeline(
        "videotestsrc is-live=true ! valve drop=true ! f. "
        "videotestsrc is-live=true num-buffers=5 ! funnel name=f",
        "the pipeline", options);
    ASSERT_TRUE(source) << source.error().message;
    auto frame = (*source)->read();
    ASSERT_TRUE(frame) << frame.error().message;
    while (frame) {
        frame = (*source)->read();
    }
    EXPECT_EQ(frame.error().code, ErrorCode::Device);
    EXPECT_NE(frame.error().message.find("no pictures any more"), std::string::npos) << frame.error().message;
    EXPECT_LT(PipelineOptions{}.stallTimeout, 2s);
    source->reset();
}

TEST(PipelineSource, OneThatNeverStartsIsToldAndCanBeCancelled) {
    PipelineOptions options;
    options.openTimeout = 300ms;
    const std::string stuck = "videotestsrc ! valve drop=true";
    const auto late = openPipeline(stuck, "the pipeline", options);
    ASSERT_FALSE(late);
    EXPECT_NE(late.error().message.find("no picture came"), std::string::npos) << late.error().message;
    std::stop_source stop;
    std::jthread later([&] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    });
    EXPECT_EQ(openPipeline(stuck, "the pipeline", {}, stop.get_token()).error().code, ErrorCode::Cancelled);
}

TEST(PipelineSource, OneThatCannotBeReadIsRefusedWithGStreamersReason) {
    const auto refusal = [](const std::string& pipeline) {
        const auto source = open(pipeline);
        EXPECT_FALSE(source) << pipeline;
        EXPECT_EQ(source ? ErrorCode::Internal : source.error().code, ErrorCode::Unsupported) << pipeline;
        return source ? std::string() : source.error().message;
    };
    EXPECT_NE(refusal("videotestsrc ! nosuch").find("no element \"nosuch\""), std::string::npos);
    EXPECT_NE(refusal("videotestsrc ! !").find("syntax error"), std::string::npos);
    EXPECT_NE(refusal("videotestsrc colour=red").find("no property \"colour\""), std::string::npos);
    EXPECT_NE(refusal("audiotestsrc").find("could not link"), std::string::npos);
    EXPECT_NE(refusal("videotestsrc ! fakesink").find("could not link"), std::string::npos);
    EXPECT_NE(refusal("videotestsrc ! appsink name=mine").find("Leave its name away"), std::string::npos);
    EXPECT_NE(refusal("  ").find("it is empty"), std::string::npos);
}

TEST(PipelineSource, OneThatDoesNotRunTellsWhyWithoutPasswords) {
    const auto source = open("filesrc location=/nowhere/x.mp4 ! decodebin");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, ErrorCode::Device);
    EXPECT_NE(source.error().message.find("not found"), std::string::npos) << source.error().message;
    const auto secret = open("videotestsrc password=hush ! nosuch location=rtsp://joe:hush@cam/");
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().message.find("hush"), std::string::npos) << secret.error().message;
}

}  // namespace
}  // namespace sightline
