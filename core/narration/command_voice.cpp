#include "core/narration/command_voice.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/replace_all.h"
#include "core/base/run_program.h"
#include "core/media/files/audio_reader.h"
#include "core/narration/scratch_folder.h"

namespace sightline {
namespace {

constexpr const char* kOutput = "{output}";
constexpr const char* kLanguage = "{language}";
constexpr std::size_t kReadStep = 16'384;  // samples

std::uint32_t number(const char* bytes) {
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i) {
        value = value << 8U | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

// Whether a WAV file ends before its header says, as when the program was ended or the disk filled. Programs that do
// not know the length when they begin write one near 2 or 4 GB.
bool isCutOff(const std::filesystem::path& file) {
    constexpr std::uint32_t kUnknown = 0x7fff'0000;
    std::ifstream stream(file, std::ios::binary);
    std::array<char, 12> head{};
    if (!stream.read(head.data(), head.size()) || std::string_view(head.data(), 4) != "RIFF") {
        return false;
    }
    std::array<char, 8> chunk{};
    while (stream.read(chunk.data(), chunk.size())) {
        const std::uint32_t length = number(chunk.data() + 4);
        if (std::string_view(chunk.data(), 4) == "data") {
            const auto begin = stream.tellg();
            stream.seekg(0, std::ios::end);
            return length < kUnknown && stream.tellg() - begin < static_cast<std::streamoff>(length);
        }
        stream.seekg(length + length % 2, std::ios::cur);
    }
    return true;  // before its sound
}

class CommandVoice final : public Voice {
public:
    CommandVoice(std::vector<std::string> words, const VoiceOptions& options, ScratchFolder folder)
        : words_(std::move(words)), options_(options), folder_(std::move(folder)) {}

    Result<SpokenSound> speak(const std::string& text, const std::stop_token& stop) override {
        const auto input = folder_.file("text.txt");
        const auto output = folder_.file("speech.wav");
        std::error_code ignored;
        std::filesystem::remove(output, ignored);
        if (auto written = writeFileAtomically(input, text + "\n"); !written) {
            return tl::unexpected(written.error());
        }
        auto words = words_;
        for (std::string& word : words) {
            word = replaceAll(replaceAll(word, kOutput, output.string()), kLanguage, options_.language);
        }
        if (auto ran = runProgram(words, options_.patience, stop, input); !ran) {
            Error error = ran.error();
            if (error.code != ErrorCode::Cancelled) {
                error.message =
                    fmt::format("The voice does not speak: {} Try the command of --voice by hand.", error.message);
            }
            return tl::unexpected(std::move(error));
        }
        const auto bytes = std::filesystem::file_size(output, ignored);
        if (ignored || bytes == 0) {
            return fail(ErrorCode::Corrupt,
                        fmt::format("The voice does not speak: {} wrote no sound to {{output}}. Try the command of "
                                    "--voice by hand.",
                                    words.front()));
        }
        if (isCutOff(output)) {
            return fail(ErrorCode::Corrupt,
                        fmt::format("The voice does not speak: {} wrote only a part of the sound to {{output}}. Check "
                                    "that {} has room, and try the command of --voice by hand.",
                                    words.front(), output.parent_path().parent_path().string()));
        }
        return read(output, words.front());
    }

private:
    static Result<SpokenSound> read(const std::filesystem::path& file, const std::string& program) {
        const auto noSound = [&](const Error& error) {
            return fail(
                ErrorCode::Corrupt,
                fmt::format("The voice does not speak: what {} wrote to {{output}} is no sound. Try the command "
                            "of --voice by hand.",
                            program),
                error.message + " " + error.detail);
        };
        auto own = openSoundFile(file, {0, 0});
        if (!own) {
            return noSound(own.error());
        }
        const int rate = (*own)->format().rate;
        auto source = openSoundFile(file, {rate, 1});
        if (!source) {
            return noSound(source.error());
        }
        SpokenSound sound{rate, {}};
        while (true) {
            const std::size_t before = sound.samples.size();
            sound.samples.resize(before + kReadStep);
            const auto count = (*source)->read(std::span(sound.samples).subspan(before));
            if (!count) {
                return noSound(count.error());
            }
            sound.samples.resize(before + *count);
            if (*count == 0) {
                return withoutSilence(std::move(sound));
            }
        }
    }

    const std::vector<std::string> words_;
    const VoiceOptions options_;
    const ScratchFolder folder_;
};

}  // namespace

Result<std::unique_ptr<Voice>> openCommandVoice(std::vector<std::string> words, const VoiceOptions& options) {
    const bool hasOutput =
        std::ranges::any_of(words, [](const std::string& word) { return word.find(kOutput) != std::string::npos; });
    if (words.empty() || !hasOutput) {
        return fail(ErrorCode::Unsupported,
                    "The command of a voice must name a program, and say with {output} where it writes the sound: "
                    "command:piper --model en.onnx --output_file {output}");
    }
    auto folder = ScratchFolder::create();
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    return std::unique_ptr<Voice>(std::make_unique<CommandVoice>(std::move(words), options, std::move(*folder)));
}

}  // namespace sightline
