// The waveform of a video, computed in the background once and kept on disk.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/media/audio_source.h"
#include "core/pipeline/waveform.h"

namespace sightline {

// The waveform thread takes it from `cacheFolder` by the video's fingerprint, or reads the whole audio and writes it
// there, except where that was cut short.
class WaveformStore {
public:
    // `changed` comes from the waveform thread without a lock held whenever more is known. The folder is made when it
    // is not there; empty: nothing is kept.
    WaveformStore(std::filesystem::path video, std::filesystem::path cacheFolder, std::function<void()> changed);
    ~WaveformStore();
    WaveformStore(const WaveformStore&) = delete;
    WaveformStore& operator=(const WaveformStore&) = delete;

    // Any thread. As Waveform::peaks(), for what is known so far; empty when nothing of the range is.
    std::vector<float> peaks(MediaTime start, MediaTime end, int count) const;

    // Any thread. Whether all is known, of a video without audio too.
    bool isComplete() const;
    bool cameFromCache() const;

private:
    void run(const std::stop_token& stop);
    bool load(const std::filesystem::path& file);
    bool compute(AudioSource& source, const std::stop_token& stop);
    void save(const std::filesystem::path& file);
    void finish();

    // immutable
    const std::filesystem::path video_;
    const std::filesystem::path cacheFolder_;
    const std::function<void()> changed_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    Waveform waveform_;
    bool complete_ = false;
    bool cached_ = false;
    AudioSource* reading_ = nullptr;  // while the thread reads it

    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sightline
