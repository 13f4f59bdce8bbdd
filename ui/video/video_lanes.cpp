#include "ui/video/video_lanes.h"

#include <QStandardPaths>

namespace sightline {

VideoThumbnails::VideoThumbnails(const std::filesystem::path& video, const ThumbnailOptions& options, QObject* parent)
    : ThumbnailProvider(parent), store_(video, options, [this](MediaTime time) {
          QMetaObject::invokeMethod(
              this, [this, time] { emit thumbnailReady(time); }, Qt::QueuedConnection);
      }) {}

QImage VideoThumbnails::thumbnail(MediaTime time) {
    auto image = store_.find(time).image;
    if (!image) {
        return {};
    }
    const Image& pixels = *image;
    return QImage(
        pixels.data(), pixels.width(), pixels.height(), pixels.strideBytes(), QImage::Format_RGB32,
        [](void* holder) { delete static_cast<std::shared_ptr<const Image>*>(holder); },
        new std::shared_ptr<const Image>(std::move(image)));
}

VideoWaveform::VideoWaveform(const std::filesystem::path& video, const std::filesystem::path& cacheFolder,
                             QObject* parent)
    : WaveformProvider(parent), store_(video, cacheFolder, [this] {
          if (!pending_.exchange(true)) {
              QMetaObject::invokeMethod(
                  this,
                  [this] {
                      pending_ = false;
                      emit peaksReady();
                  },
                  Qt::QueuedConnection);
          }
      }) {}

std::filesystem::path VideoWaveform::standardCacheFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::CacheLocation).toStdString() + "/waveforms";
}

std::vector<float> VideoWaveform::peaks(MediaTime start, MediaTime end, int count) {
    return store_.peaks(start, end, count);
}

}  // namespace sightline
