#include "ui/live/history_export.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <QFileInfo>
#include <QObject>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/captions/project.h"
#include "core/media/writing/video_recorder.h"
#include "core/subtitles/subtitle_file.h"
#include "ui/format_title.h"

namespace sightline {
namespace {

// A picture that stands is written again and again, so that seeking finds it.
constexpr auto kPiece = std::chrono::seconds(2);

struct Stay {
    int row = 0;  // of the store
    MediaTime start{};
    MediaTime end{};
};

std::optional<Stay> stayOf(const HistoryEntry& entry, int row, SteadyTime begin, SteadyTime now) {
    const SteadyTime end = entry.end == SteadyTime() ? now : entry.end;
    return end > entry.start ? std::optional(Stay{row, entry.start - begin, end - begin}) : std::nullopt;
}

Image pixelsOf(const QImage& picture) {
    const QImage pixels = picture.convertToFormat(QImage::Format_RGB32);
    Image image(pixels.width(), pixels.height());
    for (int y = 0; y < pixels.height(); ++y) {
        std::memcpy(image.data() + static_cast<std::ptrdiff_t>(y) * image.strideBytes(), pixels.constScanLine(y),
                    static_cast<std::size_t>(image.strideBytes()));
    }
    return image;
}

Result<void> writePictures(const HistoryStore& store, const std::vector<Stay>& stays, const std::filesystem::path& path,
                           const std::function<void(MediaTime)>& progress, const std::stop_token& stop) {
    QImage black(HistoryStore::kPicture, QImage::Format_RGB32);
    black.fill(Qt::black);
    // The first picture gives the size.
    QImage first;
    for (std::size_t i = 0; i < stays.size() && first.isNull(); ++i) {
        first = store.picture(stays[i].row);
    }
    Image image = pixelsOf(first.isNull() ? black : first);
    auto video = VideoRecorder::create(path, image.width(), image.height());
    if (!video) {
        return tl::unexpected(video.error());
    }
    MediaTime written(-1);
    for (const Stay& stay : stays) {
        if (const QImage picture = store.picture(stay.row); !picture.isNull()) {
            image = pixelsOf(picture);
        }
        const std::string text = store.entry(stay.row).caption.toStdString();
        for (MediaTime at = stay.start; at < stay.end; at += kPiece) {
            if (stop.stop_requested()) {
                return fail(ErrorCode::Cancelled, "The export was cancelled.");
            }
            const MediaTime end = std::min<MediaTime>(at + kPiece, stay.end);
            if (at > written) {
                if (auto put = (*video)->write(image, at); !put) {
                    return put;
                }
                written = at;
            }
            if (auto put = (*video)->writeCaption(text, at, end); !put) {
                return put;
            }
            if (progress) {
                progress(at);
            }
        }
    }
    if (!stays.empty() && stays.back().end > written) {
        if (auto put = (*video)->write(image, stays.back().end); !put) {
            return put;
        }
    }
    return (*video)->finish();
}

Result<void> exportProject(const HistoryStore& store, SteadyTime now, const QString& title,
                           const std::filesystem::path& path, const std::function<void(MediaTime)>& progress,
                           const std::stop_token& stop) {
    std::vector<Stay> stays;
    const int count = store.count();
    const SteadyTime begin = store.entry(0).start;
    for (int row = 0; row < count; ++row) {
        if (const auto stay = stayOf(store.entry(row), row, begin, now)) {
            stays.push_back(*stay);
        }
    }
    auto videoPath = path;
    videoPath.replace_extension(".mkv");
    std::error_code ignored;
    if (std::filesystem::exists(videoPath, ignored)) {
        return fail(ErrorCode::Io, fmt::format("Cannot export to {}: {} beside it exists. Choose another name.",
                                               path.string(), videoPath.filename().string()));
    }
    if (auto video = writePictures(store, stays, videoPath, progress, stop); !video) {
        std::filesystem::remove(videoPath, ignored);  // it was not there before
        return video;
    }
    auto source = referTo(std::filesystem::absolute(videoPath));
    if (!source) {
        return tl::unexpected(source.error());
    }
    Project project;
    project.source = *source;
    project.track = historyTrack(store, now, title);
    project.track.videoName = videoPath.filename().string();
    return writeFileAtomically(path, writeProject(project));
}

}  // namespace

QString historyFilters() {
    QStringList filters;
    for (const SubtitleFormat* format : subtitleFormats()) {
        filters << QStringLiteral("%1 (*.%2)")
                       .arg(formatTitle(format->description()),
                            QString::fromUtf8(format->extension().data(),
                                              static_cast<qsizetype>(format->extension().size())));
    }
    filters << QObject::tr("Sightline project, with the pictures as a video (*.sightline)");
    return filters.join(QStringLiteral(";;"));
}

QString withEnding(const QString& path, const QString& filter) {
    const QString suffix = QFileInfo(path).suffix();
    const bool known = !suffix.isEmpty() && (QLatin1Char('.') + suffix == QLatin1String(kProjectExtension) ||
                                             findSubtitleFormat(suffix.toStdString()));
    const auto star = filter.lastIndexOf(QLatin1String("(*."));
    const QString wanted = star < 0 ? QStringLiteral("srt") : filter.mid(star + 3).chopped(1);
    return known ? path : path + QLatin1Char('.') + wanted;
}

CueTrack historyTrack(const HistoryStore& store, SteadyTime now, const QString& title) {
    CueTrack track;
    track.title = title.toStdString();
    const int count = store.count();
    const SteadyTime begin = store.entry(0).start;
    for (int row = 0; row < count; ++row) {
        const HistoryEntry entry = store.entry(row);
        if (const auto stay = stayOf(entry, row, begin, now)) {
            track.cues.push_back(
                {stay->start, stay->end, entry.caption.toStdString(), entry.confidence, CueOrigin::Model});
            track.videoDuration = stay->end;
        }
    }
    return track;
}

Result<void> exportHistory(const HistoryStore& store, SteadyTime now, const QString& title,
                           const std::filesystem::path& path, const std::function<void(MediaTime)>& progress,
                           const std::stop_token& stop) {
    if (path.extension() == kProjectExtension) {
        return exportProject(store, now, title, path, progress, stop);
    }
    const SubtitleFormat* format = findSubtitleFormat(path.extension().string());
    if (!format) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot export to {}: captions are not written in that format. Choose a name that "
                                "ends in .srt, .vtt or .sightline.",
                                path.string()));
    }
    return writeSubtitleFile(historyTrack(store, now, title), path, *format);
}

}  // namespace sightline
