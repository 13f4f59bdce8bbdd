#include "ui/video/cue_clipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

const QString kMimeType = QStringLiteral("application/x-sightline-cues");

Cues read(const SubtitleFormat& format, const std::string& text) {
    auto reading = format.read(text);
    return reading ? std::move(reading->track.cues) : Cues();
}

}  // namespace

void copyToClipboard(const Cues& cues) {
    CueTrack track;
    track.cues = cues;
    auto* mime = new QMimeData;  // the clipboard owns it
    mime->setData(kMimeType, QByteArray::fromStdString(findSubtitleFormat("json")->write(track)));
    mime->setText(QString::fromStdString(findSubtitleFormat("srt")->write(track)));
    QGuiApplication::clipboard()->setMimeData(mime);
}

Cues cuesOnClipboard() {
    const QMimeData* mime = QGuiApplication::clipboard()->mimeData();
    if (!mime) {
        return {};
    }
    if (mime->hasFormat(kMimeType)) {
        return read(*findSubtitleFormat("json"), mime->data(kMimeType).toStdString());
    }
    const std::string text = mime->text().toStdString();
    for (const SubtitleFormat* format : subtitleFormats()) {
        if (format->recognises(text)) {
            return read(*format, text);
        }
    }
    return {};
}

}  // namespace sightline
