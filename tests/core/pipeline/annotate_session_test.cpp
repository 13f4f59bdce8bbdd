#include "core/pipeline/annotate_session.h"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include "tests/support/fake_captioner.h"
#include "tests/support/pictures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

// A still video of 40 s: captions after 1, 2, 4, 8 and 16 s.
constexpr int kFrames = 1000;

struct Attempt {
    AnnotationNotes notes;
    AnnotateOptions options;
    std::vector<int> captioned;  // frame numbers
    std::size_t stopAfter = 0;   // captions; zero: never

    Result<Annotation> go(test::NumberedSourceOptions source = {.frames = kFrames}, bool modelFails = false) {
        test::NumberedSource numbers(std::move(source));
        test::FakeCaptioner captioner([&](int number) -> std::optional<Error> {
            captioned.push_back(number);
            return modelFails ? std::optional<Error>({ErrorCode::Model, "broken", {}}) : std::nullopt;
        });
        std::stop_source stop;
        return annotateVideo(
            numbers, captioner, options, notes,
            [&] {
                if (stopAfter > 0 && notes.captions.size() >= stopAfter) {
                    stop.request_stop();
                }
            },
            stop.get_token());
    }
};

TEST(AnnotateSession, AStillVideoIsOneCueFromItsBeginningToItsEnd) {
    Attempt run;
    const auto done = run.go();
    ASSERT_TRUE(done);
    EXPECT_EQ(run.captioned, (std::vector{0, 25, 75, 175, 375, 775}));
    ASSERT_EQ(done->cues.size(), 1U);
    EXPECT_EQ(done->cues[0].start, 0s);
    EXPECT_EQ(done->cues[0].end, 40s);
    EXPECT_FALSE(done->cutShort);
    EXPECT_EQ(done->times.frames, 1000U);
    EXPECT_EQ(done->times.covered, 40s);
}

// Seven pictures, each 5 s apart from the next, and sound up to 50 s; no picture says how long it is on screen.
class Slides final : public FrameSource {
public:
    explicit Slides(MediaTime first) : first_(first) { description_.duration = first + 50s; }

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override {
        if (next_ == 7) {
            return fail(ErrorCode::EndOfStream, "end");
        }
        Frame frame;
        frame.image = test::texture(static_cast<unsigned>(next_));
        std::memcpy(frame.image.data(), &next_, sizeof next_);
        frame.pts = first_ + next_++ * 5s;
        frame.duration = 40ms;
        return frame;
    }
    Result<void> seek(MediaTime time) override {
        next_ = std::clamp(static_cast<int>((time - first_) / 5s), 0, 6);
        return {};
    }
    void interrupt() override {}

private:
    const MediaTime first_;
    StreamDescription description_;
    int next_ = 0;
};

TEST(AnnotateSession, EachSlideHasItsCueForAsLongAsItIsOnScreen) {
    for (const MediaTime first : {MediaTime(0s), MediaTime(2s)}) {
        Slides slides(first);
        test::FakeCaptioner captioner;
        AnnotationNotes notes;
        const auto done = annotateVideo(slides, captioner, {}, notes, [] {});
        ASSERT_TRUE(done);
        ASSERT_EQ(done->cues.size(), 7U);
        for (int i = 0; i < 7; ++i) {
            EXPECT_EQ(done->cues[i].start, first + i * 5s);
            EXPECT_EQ(done->cues[i].end, first + (i < 6 ? (i + 1) * 5s : 50s));
            EXPECT_EQ(done->cues[i].text, "Number " + std::to_string(i));
        }
        EXPECT_EQ(done->times.frames, 7U);
        EXPECT_EQ(done->times.captions, 7U);
    }
}

TEST(AnnotateSession, SlidesGoOnWhereARunWasStopped) {
    Slides slides(2s);
    test::FakeCaptioner captioner;
    AnnotationNotes notes;
    std::stop_source stop;
    const auto stopped = annotateVideo(
        slides, captioner, {}, notes,
        [&] {
            if (notes.captions.size() >= 3) {
                stop.request_stop();
            }
        },
        stop.get_token());
    ASSERT_FALSE(stopped);
    Slides again(2s);
    const auto done = annotateVideo(again, captioner, {}, notes, [] {});
    ASSERT_TRUE(done);
    ASSERT_EQ(done->cues.size(), 7U);
    EXPECT_EQ(done->cues.front().start, 2s);
    EXPECT_EQ(done->cues.back().end, 52s);
}

TEST(AnnotateSession, OnlyTheRangeAskedForIsReadAndCaptioned) {
    Attempt run;
    run.options.from = 12s;
    run.options.to = 15s;
    const auto done = run.go();
    ASSERT_TRUE(done);
    EXPECT_EQ(run.captioned, (std::vector{300, 325}));
    ASSERT_EQ(done->cues.size(), 1U);
    EXPECT_EQ(done->cues[0].start, 12s);
    EXPECT_EQ(done->cues[0].end, 15s);
    EXPECT_EQ(done->times.frames, 75U);
}

TEST(AnnotateSession, ARunThatWasStoppedGoesOnWhereItEnded) {
    Attempt run;
    run.stopAfter = 5;  // at 15 s; certain up to 3.4 s before
    const auto stopped = run.go();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(run.notes.captions.size(), 5U);
    EXPECT_EQ(run.notes.certain, 15s - ShotDetector::kLookAhead);

    run.captioned.clear();
    run.stopAfter = 0;
    const auto done = run.go();
    ASSERT_TRUE(done);
    EXPECT_EQ(run.captioned, (std::vector{290, 315, 365, 465, 665}));  // from 11.6 s on
    EXPECT_LT(done->times.frames, 900U);
    ASSERT_EQ(done->cues.size(), 1U);
    EXPECT_EQ(done->cues[0].start, 0s);
    EXPECT_EQ(done->cues[0].end, 40s);
}

TEST(AnnotateSession, OfAVideoThatBreaksOffTheSoundPartIsKept) {
    Attempt run;
    const auto done = run.go({.frames = 300, .failure = Error{ErrorCode::Corrupt, "breaks off", {}}});
    ASSERT_TRUE(done);
    ASSERT_TRUE(done->cutShort);
    EXPECT_EQ(done->cutShort->message, "breaks off");
    ASSERT_EQ(done->cues.size(), 1U);
    EXPECT_EQ(done->cues[0].end, 12s);
}

TEST(AnnotateSession, AVideoWithoutAReadableFrameIsAnError) {
    Attempt run;
    const auto done = run.go({.frames = 0, .failure = Error{ErrorCode::Corrupt, "nothing there", {}}});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "nothing there");
}

TEST(AnnotateSession, AFailingModelEndsTheRun) {
    Attempt run;
    const auto done = run.go({.frames = kFrames}, true);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Model);
    EXPECT_EQ(run.captioned.size(), 1U);
}

}  // namespace
}  // namespace sightline
