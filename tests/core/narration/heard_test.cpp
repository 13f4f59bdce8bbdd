// Captions measured while they are edited, and heard in their place.
#include <algorithm>
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "core/narration/heard_description.h"
#include "core/narration/spoken_lengths.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr AudioFormat kFormat{48'000, 2, 0};

// Everywhere the same.
class Steady final : public AudioSource {
public:
    const AudioFormat& format() const override { return kFormat; }
    Result<std::size_t> read(std::span<float> samples) override {
        std::ranges::fill(samples, 0.5F);
        return samples.size() / 2;
    }
    Result<void> seek(MediaTime) override { return {}; }
    void interrupt() override {}
};

// What is heard on the left from `from` on, for `length`.
std::vector<float> heardFrom(AudioSource& source, MediaTime from, MediaTime length) {
    std::vector<float> samples(static_cast<std::size_t>(toSeconds(length) * 48'000) * 2);
    EXPECT_TRUE(source.seek(from));
    for (std::size_t done = 0; done < samples.size();) {
        const auto step = std::min<std::size_t>(1000, samples.size() - done);
        done += 2 * source.read(std::span(samples).subspan(done, step)).value();
    }
    std::vector<float> left;
    for (std::size_t i = 0; i < samples.size(); i += 2) {
        left.push_back(samples[i]);
    }
    return left;
}

std::size_t at(MediaTime time) { return static_cast<std::size_t>(std::llround(toSeconds(time) * 48'000)); }

TEST(HeardDescription, DucksTheProgrammeAndStandsInItsPlace) {
    const auto slot = std::make_shared<HeardSlot>();
    const auto source = hearingOver(std::make_unique<Steady>(), slot);
    EXPECT_FLOAT_EQ(heardFrom(*source, 0s, 10ms).back(), 0.5F);
    HeardDescription heard{{10s, 12s}, MixOptions(), std::vector<float>(at(2s), 0.25F)};
    slot->set(std::make_shared<const HeardDescription>(heard));
    const auto left = heardFrom(*source, 9s, 4s);
    const float ducked = 0.5F * static_cast<float>(std::pow(10.0, -9.0 / 20.0));
    EXPECT_FLOAT_EQ(left[at(500ms)], 0.5F);
    EXPECT_NEAR(left[at(999ms)], ducked, 0.01F);  // down before it begins, and nothing of it yet
    EXPECT_NEAR(left[at(1001ms)], ducked + 0.25F * std::sqrt(0.5F), 0.001F);
    EXPECT_NEAR(left[at(2999ms)], ducked + 0.25F * std::sqrt(0.5F), 0.001F);
    EXPECT_NEAR(left[at(3001ms)], ducked, 0.01F);
    EXPECT_FLOAT_EQ(left[at(3500ms)], 0.5F);
    slot->set(nullptr);
    EXPECT_FLOAT_EQ(heardFrom(*source, 11s, 10ms).back(), 0.5F);
}

TEST(HeardDescription, AVideoWithoutSoundHasSilenceAroundIt) {
    const auto slot = std::make_shared<HeardSlot>();
    slot->set(std::make_shared<const HeardDescription>(
        HeardDescription{{1s, 2s}, MixOptions(), std::vector<float>(at(1s), 0.5F)}));
    const auto source = hearingOver(silence(kFormat, 3s), slot);
    const auto left = heardFrom(*source, 0s, 3s);
    EXPECT_FLOAT_EQ(left[at(999ms)], 0.0F);
    EXPECT_GT(left[at(1500ms)], 0.3F);
    EXPECT_FLOAT_EQ(left[at(2500ms)], 0.0F);
    std::vector<float> more(2);
    EXPECT_EQ(source->read(more).value(), 0U);
}

TEST(HeardDescription, IsAsLongAsTheRateSays) {
    SpokenLengths voice(10s);
    voice.choose("espeak:en-us", "en");
    const auto sound = voice.sound("A man in a blue coat opens a door.", {});
    ASSERT_TRUE(sound) << sound.error().message;
    const auto own = heardSamples(*sound, 48'000, 1.0, 0.0);
    const auto fast = heardSamples(*sound, 48'000, 1.25, 0.0);
    ASSERT_TRUE(own);
    ASSERT_TRUE(fast);
    EXPECT_NEAR(static_cast<double>(own->size()), toSeconds(sound->length()) * 48'000, 480);
    EXPECT_NEAR(static_cast<double>(fast->size()), static_cast<double>(own->size()) / 1.25, 480);
}

// A voice that leaves a mark each time it speaks.
TEST(SpokenLengths, EachTextIsSpokenOnce) {
    const test::TemporaryFolder folder;
    const auto marks = folder.file("marks");
    const auto program = folder.file("voice.sh");
    test::writeBytes(program, "#!/bin/sh\ncat >>" + marks.string() +
                                  "\nffmpeg -nostdin -loglevel error -y -f lavfi -i sine=duration=1 $1\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    SpokenLengths lengths(30s);
    lengths.choose("command:" + program.string() + " {output}", "en");
    for (int i = 0; i < 3; ++i) {
        const auto spoken = lengths.of("A red sofa.", {});
        ASSERT_TRUE(spoken) << spoken.error().message;
        EXPECT_NEAR(toSeconds(spoken->length), 1.0, 0.05);
        EXPECT_TRUE(spoken->loudness);
    }
    EXPECT_EQ(test::readBytes(marks), "1\nA red sofa.\n");
    EXPECT_NEAR(lengths.loudnessOf({"A red sofa.", "never said"}).value(), *lengths.of("A red sofa.", {})->loudness,
                0.01);
    EXPECT_FALSE(lengths.loudnessOf({"never said"}));
}

TEST(SpokenLengths, CuesAreMeasuredInAllTheirWordings) {
    const std::vector<Cue> cues{{0s, 2s, "A cat sits. It looks out.", 0.5, CueOrigin::Model},
                                {2s, 4s, "…", 0.5, CueOrigin::Edited},
                                {4s, 6s, "A dog runs", 0.5, CueOrigin::Accepted}};
    std::size_t told = 0;
    const auto described = describeCues(
        cues,
        [](const std::string& text) -> Result<MediaTime> {
            return text == "…" ? MediaTime::zero() : std::chrono::milliseconds(100 * text.size());
        },
        [&told](std::size_t done) { told = done; });
    ASSERT_TRUE(described);
    ASSERT_EQ(described->size(), 3U);
    EXPECT_FALSE((*described)[0].byPerson);
    EXPECT_TRUE((*described)[2].byPerson) << "who accepts a caption is sure of it";
    EXPECT_EQ((*described)[0].wordings.front().text, "A cat sits. It looks out.");
    EXPECT_EQ((*described)[0].wordings.size(), 2U);
    EXPECT_TRUE((*described)[1].wordings.empty());
    EXPECT_TRUE((*described)[1].byPerson);
    EXPECT_EQ(told, 3U);
    const auto failed =
        describeCues(cues, [](const std::string&) -> Result<MediaTime> { return fail(ErrorCode::Internal, "broken"); });
    EXPECT_FALSE(failed);
}

}  // namespace
}  // namespace sightline
