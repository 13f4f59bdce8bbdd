// The audio of a video file through FFmpeg's libraries, on the time line of its pictures.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/media/audio_source.h"

namespace sightline {

// The audio stream that players choose, or that of index `stream`, mixed and resampled to `format`, or without
// channels, as {0, 0}, as it is. Null: the file has none, which is no error.
//
// Samples follow each other without a break unless the container's times say otherwise by more than 10 ms, which is
// more than containers round. seek() decodes from a little before, so that decoders with a memory (MP3, AAC, Opus) have
// settled at the wanted sample.
//
// Errors: NotFound, Io, Corrupt, Unsupported (no video stream, no decoder for the audio).
Result<std::unique_ptr<AudioSource>> openAudio(const std::filesystem::path& path, const AudioFormat& format = {},
                                               int stream = -1);

// What that stream is itself. Nothing: the file has none. Errors as above.
Result<std::optional<AudioFormat>> audioFormatOf(const std::filesystem::path& path);

// A file of sound alone, as a voice speaks it: its samples from the first on. Without channels, as {0, 0}, they come
// as the file has them. Errors: NotFound, Io, Corrupt, Unsupported (no sound in it, no decoder).
Result<std::unique_ptr<AudioSource>> openSoundFile(const std::filesystem::path& path, const AudioFormat& format);

}  // namespace sightline
