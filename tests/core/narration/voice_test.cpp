// Who speaks, and what is said when nobody does.
#include "core/narration/voice.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/base/run_program.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

Error errorOf(const std::string& name, const VoiceOptions& options = {}) {
    const auto voice = openVoice(name, options);
    EXPECT_FALSE(voice) << name;
    return voice ? Error{} : voice.error();
}

TEST(Voice, TheBuiltInOneSpeaksWithoutSilenceAround) {
    const auto voice = openVoice("espeak:en");
    ASSERT_TRUE(voice) << voice.error().message;
    const auto sound = (*voice)->speak("A cat sleeps on a sofa.", {});
    ASSERT_TRUE(sound);
    EXPECT_GT(sound->length(), 1s);
    EXPECT_LT(sound->length(), 4s);
    const auto edge = static_cast<std::size_t>(sound->rate / 25);  // 40 ms
    const auto isHeard = [](float sample) { return std::abs(sample) > 0.003F; };
    EXPECT_TRUE(
        std::any_of(sound->samples.begin(), sound->samples.begin() + static_cast<std::ptrdiff_t>(edge), isHeard));
    EXPECT_TRUE(std::any_of(sound->samples.end() - static_cast<std::ptrdiff_t>(edge), sound->samples.end(), isHeard));
    EXPECT_TRUE((*voice)->speak("", {})->samples.empty());
}

TEST(Voice, TheLanguageOfTheCaptionsChoosesIt) {
    const auto lengthIn = [](const std::string& language) {
        VoiceOptions options;
        options.language = language;
        const auto voice = openVoice("", options);
        EXPECT_TRUE(voice) << language;
        return voice ? (*voice)->speak("100", {})->length() : MediaTime::zero();
    };
    const auto english = lengthIn("en-GB");
    for (const char* language : {"de", "zh-CN", "fr", "pt-BR"}) {
        EXPECT_NE(lengthIn(language), english) << language;
    }
}

TEST(Voice, UnknownOnesAreToldWithWhatToDo) {
    EXPECT_EQ(errorOf("espeak:xx-none").code, ErrorCode::Unsupported);
    EXPECT_NE(errorOf("espeak:xx-none").message.find("espeak-ng --voices"), std::string::npos);
    EXPECT_EQ(errorOf("robot").code, ErrorCode::Unsupported);
    EXPECT_EQ(errorOf("command:").code, ErrorCode::Unsupported);
    EXPECT_EQ(errorOf("command:cat").code, ErrorCode::Unsupported);  // no {output}
}

TEST(Voice, ACommandGetsTheTextOnItsInputAndWritesAFile) {
    const auto voice = openVoice("command:espeak-ng --stdin -w '{output}' -v {language}");
    if (!voice && voice.error().code == ErrorCode::NotFound) {
        GTEST_SKIP() << "skipped: the program espeak-ng is not installed";
    }
    ASSERT_TRUE(voice) << voice.error().message;
    const auto sound = (*voice)->speak("A cat sleeps on a sofa.", {});
    ASSERT_TRUE(sound) << sound.error().message;
    const auto own = (*openVoice("espeak:en"))->speak("A cat sleeps on a sofa.", {});
    EXPECT_NEAR(toSeconds(sound->length()), toSeconds(own->length()), 0.2);
}

TEST(Voice, ACommandThatFailsHangsOrWritesNothingIsTold) {
    EXPECT_EQ(errorOf("command:no-such-program-here {output}").code, ErrorCode::NotFound);
    EXPECT_EQ(errorOf("command:false {output}").code, ErrorCode::Internal);
    VoiceOptions impatient;
    impatient.patience = 300ms;
    const Error late = errorOf("command:sh -c 'sleep 600' {output}", impatient);
    EXPECT_EQ(late.code, ErrorCode::Internal);
    EXPECT_NE(late.message.find("longer than"), std::string::npos) << late.message;
    const Error silent = errorOf("command:true {output}");
    EXPECT_EQ(silent.code, ErrorCode::Corrupt);
    EXPECT_NE(silent.message.find("wrote no sound"), std::string::npos) << silent.message;
    EXPECT_EQ(errorOf("command:cp /etc/hostname {output}").code, ErrorCode::Corrupt);  // no sound
}

TEST(Voice, CommandsAreTakenApartAsAShellDoes) {
    EXPECT_EQ(wordsOf("a 'b c' \"d\\\"e\" f\\ g ''"), (std::vector<std::string>{"a", "b c", "d\"e", "f g", ""}));
    EXPECT_TRUE(wordsOf("  ").empty());
}

TEST(RunProgram, AFileCanBeItsInput) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file("in"), "words");
    ASSERT_TRUE(runProgram({"sh", "-c", "cat > " + folder.file("out").string()}, 10s, {}, folder.file("in")));
    EXPECT_EQ(test::readBytes(folder.file("out")), "words");
}

}  // namespace
}  // namespace sightline
