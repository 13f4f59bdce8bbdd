// The timeline's pictures and sound of a video file.
#pragma once

#include <atomic>
#include <filesystem>

#include "core/pipeline/thumbnail_store.h"
#include "core/pipeline/waveform_store.h"
#include "ui/video/timeline_lanes.h"

namespace sightline {

// UI thread only; one for each video.
class VideoThumbnails final : public ThumbnailProvider {
    Q_OBJECT

public:
    explicit VideoThumbnails(const std::filesystem::path& video, const ThumbnailOptions& options = {},
                             QObject* parent = nullptr);

    // Shares the cache's pixels.
    QImage thumbnail(MediaTime time) override;

private:
    ThumbnailStore store_;
};

// UI thread only; one for each video.
class VideoWaveform final : public WaveformProvider {
    Q_OBJECT

public:
    // Keeps waveforms in `cacheFolder`; empty: nowhere.
    VideoWaveform(const std::filesystem::path& video, const std::filesystem::path& cacheFolder,
                  QObject* parent = nullptr);

    // "waveforms" in the program's cache folder.
    static std::filesystem::path standardCacheFolder();

    std::vector<float> peaks(MediaTime start, MediaTime end, int count) override;

private:
    std::atomic<bool> pending_ = false;
    WaveformStore store_;
};

}  // namespace sightline
