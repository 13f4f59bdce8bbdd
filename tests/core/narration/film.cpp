#include "tests/core/narration/film.h"

#include <array>
#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/narration/voice.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline::test {

std::vector<Line> linesUntil(MediaTime end, MediaTime period) {
    constexpr std::array kTexts{"Good evening, and welcome to the programme.", "I have lived in this town all my life.",
                                "What did the old house look like then?", "We never went there after dark.",
                                "Tomorrow the boat leaves at seven in the morning."};
    using namespace std::chrono_literals;
    std::vector<Line> lines;
    for (MediaTime at = 2s; at + 4s < end; at += period) {
        lines.push_back({at, kTexts[lines.size() % kTexts.size()]});
    }
    return lines;
}

Film makeFilm(const std::filesystem::path& path, MediaTime duration, const std::vector<Line>& lines,
              const std::string& sound) {
    Film film{path, {}};
    const auto voice = openVoice("espeak:en-us");
    EXPECT_TRUE(voice);
    constexpr int kRate = 22'050;
    std::vector<float> samples(static_cast<std::size_t>(toSeconds(duration) * kRate), 0.0F);
    for (const Line& line : lines) {
        const auto spoken = (*voice)->speak(line.text, {});
        EXPECT_EQ(spoken->rate, kRate);
        const auto at = static_cast<std::size_t>(toSeconds(line.start) * kRate);
        for (std::size_t i = 0; i < spoken->samples.size() && at + i < samples.size(); ++i) {
            samples[at + i] = spoken->samples[i];
        }
        film.speech.push_back({line.start, line.start + spoken->length()});
    }
    std::string bytes(samples.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), samples.data(), bytes.size());
    const std::string raw = path.string() + ".lines";
    writeBytes(raw, bytes);
    EXPECT_TRUE(
        ffmpeg(fmt::format("-f lavfi -i testsrc2=size=64x64:rate=10:duration={} -f f32le -ar {} -ac 1 -i {} {} "
                           "-c:v libx264 -preset ultrafast {}",
                           toSeconds(duration), kRate, raw, sound, path.string())));
    std::filesystem::remove(raw);
    return film;
}

std::vector<float> soundOf(const std::filesystem::path& file, int track, int channels) {
    const std::string raw = file.string() + ".samples";
    EXPECT_TRUE(
        ffmpeg(fmt::format("-i {} -map 0:a:{} -ac {} -ar 48000 -f f32le {}", file.string(), track, channels, raw)));
    const std::string bytes = readBytes(raw);
    std::filesystem::remove(raw);
    std::vector<float> samples(bytes.size() / sizeof(float));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
    return samples;
}

}  // namespace sightline::test
