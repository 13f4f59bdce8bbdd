// Adds a sound track to a copy of a video, or writes sound alone; the sound is taken as it is made.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "core/base/result.h"
#include "core/media/audio_source.h"
#include "core/media/writing/subtitle_muxer.h"

namespace sightline {

// Takes sound in steps; an empty one is the end.
using HeardSound = std::function<Result<void>(const AudioFormat&, std::span<const float>)>;

// Sound on the time line of the pictures, from their beginning on.
struct SoundSupply {
    AudioFormat format;
    // As AudioSource::read(): zero at the end.
    std::function<Result<std::size_t>(std::span<float>)> read;
    // Gets what is heard of it where the codec loses something, decoded again; its error ends the writing before there
    // is a file. May be null.
    HeardSound heard = nullptr;
};

struct SoundTrackOptions {
    std::string language = "en";              // BCP 47
    std::string title = "Audio description";  // what players show in their list of tracks
    bool replacesSound = false;               // of the video: that which players choose; else a track more
    bool overwrite = false;                   // replace a file that has the output's name
    bool leaveOutUnsupported = false;         // as in SubtitleMuxOptions
};

// Copies all of `input` as muxSubtitles() does, and adds `sound` behind its streams as AAC, in .webm as Opus. The track
// has the disposition "visual impaired", so that players choose it for those who asked for audio description, and is
// the default only where it takes the place of another. Any thread; blocks. Errors: those of muxSubtitles() and of
// `sound`.
Result<void> muxSoundTrack(const std::filesystem::path& input, const std::filesystem::path& output,
                           const SoundSupply& sound, const SoundTrackOptions& options = {},
                           const ProgressCallback& progress = {}, const std::stop_token& stop = {});

// Codes `sound` as AAC, as the functions for videos do, but writes nothing: `sound.heard` is what it is for. Any
// thread; blocks. Errors: those of `sound`, Unsupported, Cancelled.
Result<void> codeSound(const SoundSupply& sound, const ProgressCallback& progress = {},
                       const std::stop_token& stop = {});

// Sound alone: .wav and .flac with 24 bits, .opus. `input` is what it belongs to and is not written over. Any thread;
// blocks; `output` appears when it is complete. Errors: Unsupported (another kind of file), Io, Cancelled; those of
// `sound`.
Result<void> writeSound(const std::filesystem::path& input, const std::filesystem::path& output,
                        const SoundSupply& sound, const SoundTrackOptions& options = {},
                        const ProgressCallback& progress = {}, const std::stop_token& stop = {});

}  // namespace sightline
