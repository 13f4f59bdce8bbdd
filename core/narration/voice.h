// Text to samples: who speaks the descriptions.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace sightline {

// One channel, float, -1 to 1, without silence before and after the words.
struct SpokenSound {
    int rate = 0;  // samples a second
    std::vector<float> samples;

    MediaTime length() const;
};

class Voice {
public:
    Voice() = default;
    Voice(const Voice&) = delete;
    Voice& operator=(const Voice&) = delete;
    virtual ~Voice() = default;

    // The text at the voice's own rate; no samples when there is nothing in it that can be said. Blocks; any thread,
    // one at a time. Errors: of the voice, see openVoice(); Cancelled.
    virtual Result<SpokenSound> speak(const std::string& text, const std::stop_token& stop) = 0;
};

struct VoiceOptions {
    std::string language = "en";                                   // BCP 47, of the captions
    std::chrono::milliseconds patience = std::chrono::minutes(1);  // with a command, for one text
    std::stop_token stop;                                          // while the voice is tried
};

// `name`:
// - "espeak:VOICE", as "espeak:en-gb" or "espeak:de": eSpeak NG, which is built in. "espeak" or an empty name is its
//   voice for the language.
// - "command:WORDS", as "command:piper --model en.onnx --output_file {output}": a program, started without a shell for
//   each text. It gets the text on its standard input and writes a sound file, of any kind that FFmpeg reads, as
//   {output}; {language} is the captions'. Words with spaces stand in quotes.
// A voice is asked for one word before it is returned. Errors: Unsupported (no such kind or voice, no {output}),
// NotFound (eSpeak's data or the program is not installed), Internal (the program failed or ran too long), Corrupt (it
// wrote nothing, or no sound), Cancelled.
Result<std::unique_ptr<Voice>> openVoice(std::string_view name, const VoiceOptions& options = {});

// `sound` without what is silent before and after, but for a moment.
SpokenSound withoutSilence(SpokenSound sound);

// `command` as a shell takes it apart, with quotes and backslashes but nothing else.
std::vector<std::string> wordsOf(std::string_view command);

}  // namespace sightline
