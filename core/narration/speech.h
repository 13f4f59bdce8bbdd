// Where people speak in a video's sound.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/captions/time_range.h"

namespace sightline {

// From likelihoods to ranges, as Silero's own get_speech_timestamps does it.
struct SpeechOptions {
    double begins = 0.5;                                        // likelihood from which it is speech
    double goesOn = 0.35;                                       // and down to which it stays speech
    MediaTime shortestPause = std::chrono::milliseconds(200);   // a shorter one is part of the speech
    MediaTime shortestSpeech = std::chrono::milliseconds(200);  // a shorter one is a noise
    MediaTime padding = std::chrono::milliseconds(30);          // added on either side
};

// Pure. `likelihoods` of windows that follow each other, each `window` long, the first at zero.
std::vector<TimeRange> speechRanges(std::span<const float> likelihoods, MediaTime window,
                                    const SpeechOptions& options = {});

struct SpeechSearch {
    std::filesystem::path model;        // of SpeechDetector
    std::filesystem::path cacheFolder;  // where the answer is kept by the video's fingerprint; empty: nowhere
    int threads = 2;
    SpeechOptions options;
};

// The speech in the audio that players choose, on the time line of the pictures; none where there is no audio. The
// sound is cut into stretches that overlap, which `threads` threads hear side by side; memory does not grow with the
// video's length. `progress`, on the calling thread, gets how far it has come. Any thread; blocks. Errors:
// those of openAudio() and SpeechDetector; Cancelled.
Result<std::vector<TimeRange>> findSpeech(const std::filesystem::path& video, const SpeechSearch& search,
                                          const std::function<void(MediaTime)>& progress = {},
                                          const std::stop_token& stop = {});

}  // namespace sightline
