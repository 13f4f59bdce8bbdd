// What people do with a video that plays: with sound and without, at other speeds, step by step, in a loop.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/pipeline/live_session.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_audio.h"
#include "tests/support/numbered_source.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::NumberedSource;

// Virtual time in steps of 5 ms at most, during which the sink plays. It stands still while the audio thread, which
// works in real time, prepares what the sink is to play.
class PlaybackClock final : public Clock {
public:
    explicit PlaybackClock(test::FakeSink& sink) : sink_(sink) {}

    SteadyTime now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void waitUntil(std::condition_variable_any& condition, std::unique_lock<std::mutex>& lock,
                   const std::stop_token& stop, SteadyTime deadline) const override {
        if (withSound && !sink_.isRunning() && !sink_.isDead()) {
            condition.wait_for(lock, stop, 1ms, [] { return false; });
            return;
        }
        {
            const std::lock_guard own(mutex_);
            now_ = std::max(now_, std::min(deadline, now_ + 5ms));
        }
        lock.unlock();
        sink_.advance(now());
        lock.lock();
    }

    std::atomic<bool> withSound = true;

private:
    test::FakeSink& sink_;
    mutable std::mutex mutex_;
    mutable SteadyTime now_{};
};

struct Shown {
    int number;
    MediaTime pts;
    SteadyTime at;
    std::optional<MediaTime> heard;  // at that moment
};

class PlaybackTest : public testing::Test {
protected:
    PlaybackTest()
        : clock_(sink_), session_(clock_, {.frameReady = [this] { note(); },
                                           .captionReady = [this] { wakeups_(); },
                                           .stateChanged = [this] { wakeups_(); }}) {
        session_.setAudioSink(&sink_);
    }
    ~PlaybackTest() override { session_.close(); }

    void note() {
        if (const auto frame = session_.takeFrame()) {
            const SteadyTime now = clock_.now();
            const std::lock_guard lock(mutex_);
            shown_.push_back({test::numberOf(frame->image), frame->pts, now, sink_.heard(now, speed_)});
        }
        wakeups_();
    }

    void open(int frames, bool sound = true) {
        clock_.withSound = sound;
        AudioOpener audio;
        if (sound) {
            audio = [frames]() -> Result<std::unique_ptr<AudioSource>> {
                return std::make_unique<test::RampSource>(frames * 40ms + 5s);
            };
        }
        session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = frames}), {},
                      std::move(audio));
    }
    void setSpeed(double speed) {
        {
            const std::lock_guard lock(mutex_);
            speed_ = speed;
        }
        clock_.withSound = AudioPlayer::isAudible(speed);
        session_.setSpeed(speed);
    }

    std::vector<Shown> shown() {
        const std::lock_guard lock(mutex_);
        return shown_;
    }
    std::vector<int> numbers() {
        std::vector<int> result;
        for (const Shown& frame : shown()) {
            result.push_back(frame.number);
        }
        return result;
    }
    bool reaches(PlayState state) {
        return wakeups_.waitFor([&] { return session_.state() == state; });
    }
    bool shows(int number) {
        return wakeups_.waitFor([&] {
            const auto all = numbers();
            return !all.empty() && all.back() == number;
        });
    }
    bool showsAtLeast(int number) {
        return wakeups_.waitFor([&] {
            const auto all = numbers();
            return !all.empty() && all.back() >= number;
        });
    }

    // From entry `from` of shown() on: how far the picture and what is heard with it are apart at worst.
    static MediaTime worstDistance(const std::vector<Shown>& frames, std::size_t from, std::size_t* heardFrames) {
        MediaTime worst{};
        *heardFrames = 0;
        for (std::size_t i = from; i < frames.size(); ++i) {
            if (frames[i].heard) {
                worst = std::max(worst, MediaTime(std::abs((*frames[i].heard - frames[i].pts).count())));
                ++*heardFrames;
            }
        }
        return worst;
    }

    // Steps of the clock and of looks at the audio.
    static constexpr MediaTime kBound = 10ms;

    std::mutex mutex_;
    std::vector<Shown> shown_;
    double speed_ = 1.0;
    test::Wakeups wakeups_;
    test::FakeSink sink_;
    PlaybackClock clock_;
    LiveSession session_;
};

TEST_F(PlaybackTest, EveryFrameIsShownWhenItsSoundIsHeard) {
    open(100);
    ASSERT_TRUE(reaches(PlayState::Ended));
    const auto frames = shown();
    ASSERT_EQ(frames.size(), 100U);
    std::size_t heard = 0;
    EXPECT_LE(worstDistance(frames, 0, &heard), kBound);
    EXPECT_GE(heard, 98U);  // the first one is there before the device sounds
    EXPECT_FALSE(sink_.isRunning());
    EXPECT_EQ(session_.metrics().late, 0U);
}

TEST_F(PlaybackTest, SoundAndPictureStayTogetherAfterASeek) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(20));
    session_.seek(20s);
    ASSERT_TRUE(showsAtLeast(520));
    session_.seek(4s);
    ASSERT_TRUE(wakeups_.waitFor([&] { return numbers().back() >= 120 && numbers().back() < 200; }));
    session_.setPaused(true);
    std::size_t heard = 0;
    const auto frames = shown();
    EXPECT_LE(worstDistance(frames, 0, &heard), kBound);
    EXPECT_GE(heard, frames.size() - 6);
}

TEST_F(PlaybackTest, APauseIsSilentAndPlaybackGoesOnWhereItWas) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(20));
    session_.setPaused(true);
    EXPECT_FALSE(sink_.isRunning());
    const std::size_t before = shown().size();
    const int number = numbers().back();
    session_.setPaused(false);
    ASSERT_TRUE(showsAtLeast(number + 30));
    session_.setPaused(true);
    const auto frames = shown();
    EXPECT_EQ(frames[before].number, number + 1);
    std::size_t heard = 0;
    EXPECT_LE(worstDistance(frames, 0, &heard), kBound);
    EXPECT_GE(heard, frames.size() - 4);
}

class SpeedTest : public PlaybackTest, public testing::WithParamInterface<double> {};

TEST_P(SpeedTest, SoundAndPictureStayTogetherAtThatSpeed) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(20));
    session_.setPaused(true);
    setSpeed(GetParam());
    const std::size_t before = shown().size();
    session_.setPaused(false);
    ASSERT_TRUE(showsAtLeast(80));
    session_.setPaused(true);
    const auto frames = shown();
    std::size_t heard = 0;
    // A step of the clock is longer or shorter on the video's time line.
    EXPECT_LE(worstDistance(frames, before, &heard), std::chrono::duration_cast<MediaTime>(kBound * GetParam()) + 2ms);
    EXPECT_GE(heard, 50U);
    const auto elapsed = frames.back().at - frames[before + 1].at;
    const auto played = frames.back().pts - frames[before + 1].pts;
    EXPECT_NEAR(toMilliseconds(played) / toMilliseconds(elapsed), GetParam(), 0.02 * GetParam());
}

INSTANTIATE_TEST_SUITE_P(Audible, SpeedTest, testing::Values(0.5, 0.75, 1.25, 1.5, 2.0));

TEST_F(PlaybackTest, ASpeedChangeWhilePlayingSkipsAndRepeatsNothing) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(20));
    setSpeed(2.0);
    ASSERT_TRUE(showsAtLeast(60));
    setSpeed(0.5);
    ASSERT_TRUE(showsAtLeast(90));
    session_.setPaused(true);
    const auto all = numbers();
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_EQ(all[i], all[i - 1] + 1);
    }
}

TEST_F(PlaybackTest, AtFourTimesTheSpeedThePictureGoesAloneAtThatPace) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(20));
    setSpeed(4.0);
    const std::size_t before = shown().size();
    ASSERT_TRUE(showsAtLeast(200));
    EXPECT_FALSE(sink_.isRunning());
    session_.setPaused(true);
    const auto frames = shown();
    const auto elapsed = frames.back().at - frames[before + 2].at;
    EXPECT_EQ(frames.back().pts - frames[before + 2].pts, 4 * elapsed);
}

TEST_F(PlaybackTest, WithoutAudioTheClockPacesAtTheSpeed) {
    setSpeed(0.25);
    open(1000, false);
    ASSERT_TRUE(showsAtLeast(60));
    session_.setPaused(true);
    const auto frames = shown();
    const auto& last = frames.back();
    const auto& early = frames[frames.size() - 20];
    EXPECT_NEAR(toMilliseconds(last.at - early.at), 4 * toMilliseconds(last.pts - early.pts), 1.0);
}

TEST_F(PlaybackTest, AVideoWithoutAudioPlaysOnTheClock) {
    clock_.withSound = false;
    session_.open(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 50}), {},
                  []() -> Result<std::unique_ptr<AudioSource>> { return std::unique_ptr<AudioSource>(); });
    ASSERT_TRUE(reaches(PlayState::Ended));
    EXPECT_EQ(shown().size(), 50U);
    const auto deadline = std::chrono::steady_clock::now() + test::kDeadline;
    while (session_.hasAudio() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();  // the audio thread has not looked yet
    }
    EXPECT_FALSE(session_.hasAudio());
}

TEST_F(PlaybackTest, ADeviceThatNeverSoundsDoesNotStopTheVideo) {
    sink_.die();
    open(50);
    ASSERT_TRUE(reaches(PlayState::Ended));
    EXPECT_EQ(shown().size(), 50U);
}

TEST_F(PlaybackTest, ADeviceThatDiesWhilePlayingDoesNotStopTheVideo) {
    open(200);
    ASSERT_TRUE(showsAtLeast(20));
    sink_.die();
    ASSERT_TRUE(reaches(PlayState::Ended));
    EXPECT_EQ(shown().size(), 200U);
}

TEST_F(PlaybackTest, StepsShowTheNextAndThePreviousFrame) {
    open(100);
    ASSERT_TRUE(showsAtLeast(20));
    session_.setPaused(true);
    session_.seek(50 * 40ms);
    ASSERT_TRUE(shows(50));
    for (const auto& [step, number] :
         std::vector<std::pair<int, int>>{{1, 51}, {1, 52}, {-1, 51}, {-1, 50}, {-1, 49}, {1, 50}}) {
        session_.step(step);
        ASSERT_TRUE(shows(number)) << number;
        EXPECT_EQ(session_.state(), PlayState::Paused);
    }
    const std::size_t before = shown().size();
    session_.step(3);
    ASSERT_TRUE(shows(53));
    session_.step(-3);
    ASSERT_TRUE(shows(50));
    auto all = numbers();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
    EXPECT_THAT(all, testing::ElementsAre(51, 52, 53, 52, 51, 50));
}

TEST_F(PlaybackTest, AStepPausesAndPlaybackGoesOnFromThere) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(20));
    session_.step(1);
    EXPECT_EQ(session_.state(), PlayState::Paused);
    EXPECT_FALSE(sink_.isRunning());
    session_.step(-5);
    ASSERT_TRUE(wakeups_.waitFor([&] {
        const auto all = numbers();
        return all.size() > 6 && all.back() == all[all.size() - 6] - 5;
    }));
    const std::size_t before = shown().size();
    const int number = numbers().back();
    session_.setPaused(false);
    ASSERT_TRUE(showsAtLeast(number + 30));
    session_.setPaused(true);
    const auto frames = shown();
    EXPECT_EQ(frames[before].number, number + 1);
    std::size_t heard = 0;
    EXPECT_LE(worstDistance(frames, before, &heard), kBound);
    EXPECT_GE(heard, 27U);
}

TEST_F(PlaybackTest, StepsStandAtTheFirstAndTheLastFrame) {
    open(10);
    ASSERT_TRUE(reaches(PlayState::Ended));
    session_.step(1);
    EXPECT_EQ(session_.state(), PlayState::Ended);
    session_.step(-1);
    ASSERT_TRUE(shows(8));
    session_.step(5);
    ASSERT_TRUE(shows(9));
    session_.step(-1);
    ASSERT_TRUE(shows(8));
    session_.seek(0s);
    ASSERT_TRUE(shows(0));
    session_.step(-1);
    session_.step(1);
    ASSERT_TRUE(wakeups_.waitFor([&] { return numbers().back() <= 1; }));
    EXPECT_EQ(session_.state(), PlayState::Paused);
}

TEST_F(PlaybackTest, ALoopPlaysItsRangeAgainAndAgain) {
    open(1000);
    ASSERT_TRUE(showsAtLeast(1));
    session_.setLoopRange(TimeRange{10 * 40ms, 15 * 40ms});
    const auto laps = [&] {
        const auto all = numbers();
        return std::count(all.begin(), all.end(), 12);
    };
    ASSERT_TRUE(wakeups_.waitFor([&] { return laps() >= 4; }));
    session_.setLoopRange(std::nullopt);
    ASSERT_TRUE(showsAtLeast(30));
    session_.setPaused(true);
    const auto all = numbers();
    EXPECT_EQ(std::count(all.begin(), all.end(), 16), 1);
    EXPECT_GE(std::count(all.begin(), all.end(), 10), 4);
    std::size_t heard = 0;
    EXPECT_LE(worstDistance(shown(), 0, &heard), kBound);
    EXPECT_GT(heard, all.size() / 2);
}

TEST_F(PlaybackTest, ALoopAtTheEndOfTheVideoGoesBackToo) {
    open(20);
    session_.setLoopRange(TimeRange{15 * 40ms, 10s});
    ASSERT_TRUE(wakeups_.waitFor([&] {
        const auto all = numbers();
        return std::count(all.begin(), all.end(), 19) >= 3;
    }));
    const auto all = numbers();
    EXPECT_EQ(std::count(all.begin(), all.end(), 14), 1);
}

TEST_F(PlaybackTest, OfManySeeksTheNewestIsShown) {
    open(100'000);
    ASSERT_TRUE(showsAtLeast(1));
    session_.setPaused(true);
    const std::size_t before = shown().size();
    for (int i = 0; i < 1000; ++i) {
        session_.seek(i * 40ms);
    }
    ASSERT_TRUE(shows(999));
    EXPECT_LE(shown().size() - before, 1000U);
    EXPECT_EQ(session_.state(), PlayState::Paused);
}

TEST_F(PlaybackTest, FilesCanBeExchangedWhileTheyPlay) {
    for (int i = 0; i < 30; ++i) {
        open(500);
        if (i % 3 == 0) {
            session_.seek(5s);
        }
        if (i % 5 == 0) {
            ASSERT_TRUE(showsAtLeast(3));
        }
        const std::lock_guard lock(mutex_);
        shown_.clear();
    }
    session_.close();
    EXPECT_FALSE(sink_.isRunning());
}

}  // namespace
}  // namespace sightline
