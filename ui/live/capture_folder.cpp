#include "ui/live/capture_folder.h"

#include <utility>

#include <QDateTime>
#include <QSettings>

#include "core/media/writing/snapshot.h"
#include "ui/clock_text.h"
#include "ui/error_text.h"

namespace sightline {

CaptureFolder::CaptureFolder(std::filesystem::path usual, std::shared_ptr<QSettings> settings)
    : usual_(std::move(usual)), settings_(std::move(settings)) {}

Result<std::filesystem::path> CaptureFolder::newName(const char* extension) const {
    const QString chosen = settings_ ? settings_->value("live/captureFolder").toString() : QString();
    const std::filesystem::path folder = chosen.isEmpty() ? usual_ : std::filesystem::path(chosen.toStdString());
    std::error_code status;
    std::filesystem::create_directories(folder, status);
    if (status) {
        return fail(ErrorCode::Io, tr("The folder %1 cannot be made: %2. Choose another one in File > Preferences.")
                                       .arg(QString::fromStdString(folder.string()), errorText(status.message()))
                                       .toStdString());
    }
    const QString name = QStringLiteral("sightline-%1%2")
                             .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz")),
                                  QString::fromLatin1(extension));
    return folder / name.toStdString();
}

Errands::Errand CaptureFolder::snapshot(const FramePtr& frame, const QString& caption, const QString& source,
                                        const std::filesystem::path& name) {
    const SnapshotText text{caption.toStdString(), source.toStdString(),
                            wallClock(frame->captured)
                                .toOffsetFromUtc(QDateTime::currentDateTime().offsetFromUtc())
                                .toString(Qt::ISODate)
                                .toStdString()};
    return [frame, text, name](const std::stop_token&) { return writeSnapshot(frame->image, text, name); };
}

}  // namespace sightline
