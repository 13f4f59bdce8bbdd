// Whether somebody speaks in a sound that comes as it is made.
#include "core/narration/live_speech.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "core/narration/heard_description.h"
#include "core/narration/voice.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using State = LiveSpeech::State;

constexpr std::size_t kHop = 3072;  // samples

std::vector<float> spoken() {
    const auto voice = openVoice("espeak:en-us");
    EXPECT_TRUE(voice);
    const auto sound =
        (*voice)->speak("I have lived in this town all my life, and we never went there after dark.", {});
    EXPECT_TRUE(sound);
    return heardSamples(*sound, SoundTap::kRate, 1.0, 0.0).value();
}

class LiveSpeechTest : public ::testing::Test {
protected:
    LiveSpeechTest() {
        speech_.setChanged([this] {
            { const std::lock_guard lock(mutex_); }
            changed_.notify_all();
        });
        speech_.setWanted(true);
        speech_.opened(true);
    }
    ~LiveSpeechTest() override { speech_.setChanged(nullptr); }

    bool becomes(State state, std::chrono::milliseconds within = 60s) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, within, [&] { return speech_.state() == state; });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    LiveSpeech speech_{test::sourceFile("resources/silero_vad.jit")};
};

TEST_F(LiveSpeechTest, SpeechIsKnownWithinHalfASecondAndItsEndSoonAfter) {
    EXPECT_EQ(speech_.state(), State::Unknown);
    const std::vector<float> silence(kHop, 0.0F);
    speech_.heard(silence);
    ASSERT_TRUE(becomes(State::Quiet));
    const auto sound = spoken();
    std::size_t samples = 0;
    while (speech_.state() != State::Speech && samples + kHop <= sound.size()) {
        speech_.heard(std::span(sound).subspan(samples, kHop));
        samples += kHop;
        becomes(State::Speech, 5s);
    }
    EXPECT_LE(samples, SoundTap::kRate / 2U);
    std::size_t quiet = 0;
    while (speech_.state() == State::Speech && quiet < SoundTap::kRate * 3U) {
        speech_.heard(silence);
        quiet += kHop;
        becomes(State::Quiet, 2s);
    }
    EXPECT_EQ(speech_.state(), State::Quiet);
    EXPECT_LE(quiet, SoundTap::kRate * 3U / 2);
}

TEST_F(LiveSpeechTest, ASourceWithoutSoundIsToldAndAnotherBeginsAnew) {
    speech_.opened(false);
    EXPECT_TRUE(becomes(State::NoSound));
    speech_.opened(true);
    EXPECT_TRUE(becomes(State::Unknown));
    speech_.heard(std::vector<float>(kHop, 0.0F));
    EXPECT_TRUE(becomes(State::Quiet));
    speech_.forget();
    EXPECT_EQ(speech_.state(), State::Unknown);
}

TEST(LiveSpeech, WithoutItsNetworkItSaysSoAndListensNoMore) {
    LiveSpeech speech("/no/such/model");
    std::mutex mutex;
    std::condition_variable changed;
    speech.setChanged([&] {
        { const std::lock_guard lock(mutex); }
        changed.notify_all();
    });
    speech.setWanted(true);
    speech.heard(std::vector<float>(kHop, 0.0F));
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 60s, [&] { return speech.state() == State::Failed; }));
    ASSERT_TRUE(speech.error());
    EXPECT_FALSE(speech.isWanted());
    speech.setChanged(nullptr);
}

}  // namespace
}  // namespace sightline
