#include "ui/live/live_recording.h"

#include <utility>

#include <QAction>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QStorageInfo>
#include <QStyle>

#include "core/pipeline/session_recorder.h"
#include "ui/clock_text.h"
#include "ui/error_text.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

constexpr qint64 kLowSpace = 1'000'000'000;  // bytes left on the disk that are told

QIcon redDot() {
    QPixmap pixels(64, 64);
    pixels.fill(Qt::transparent);
    QPainter painter(&pixels);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(208, 16, 16));
    painter.drawEllipse(12, 12, 40, 40);
    return pixels;
}

}  // namespace

LiveRecording::LiveRecording(NewName newName, ShowError showError, QWidget* parent)
    : QObject(parent), newName_(std::move(newName)), showError_(std::move(showError)),
      record_(new QAction(redDot(), tr("&Record"), this)),
      open_(new QAction(parent->style()->standardIcon(QStyle::SP_FileDialogContentsView), tr("&Annotate recording"),
                        this)),
      state_(new QLabel(parent)) {
    record_->setObjectName("record");
    record_->setToolTip(tr("Record the pictures, with their captions as a subtitle track"));
    record_->setCheckable(true);
    connect(record_, &QAction::toggled, this, [this](bool on) {
        if (on) {
            start();
        } else if (recorder_) {
            finish();
        }
    });
    open_->setObjectName("openRecording");
    open_->setToolTip(tr("Open the last recording with its captions on the Video page"));
    open_->setEnabled(false);
    connect(open_, &QAction::triggered, this, [this] { emit projectWanted(project_); });
    state_->setObjectName("recordingState");
    state_->setAccessibleName(tr("Recording"));
    state_->setMargin(4);
    state_->hide();
}

LiveRecording::~LiveRecording() {
    if (recorder_) {
        finish();
    }
}

void LiveRecording::addCaption(const Caption& caption) {
    if (recorder_) {
        recorder_->addCaption(caption);
    }
}

void LiveRecording::setSourceRuns(bool runs) {
    sourceRuns_ = runs;
    record_->setEnabled(runs || recorder_);
}

void LiveRecording::stop() { record_->setChecked(false); }

void LiveRecording::refresh() {
    if (recorder_ && recorder_->problem()) {
        stop();  // tells why
    }
    state_->setVisible(recorder_ != nullptr);
    if (!recorder_) {
        return;
    }
    const auto time = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - since_);
    const qint64 left = QStorageInfo(QFileInfo(file_).absolutePath()).bytesAvailable();
    const bool low = left >= 0 && left < kLowSpace;
    QStringList facts{QStringLiteral("<span style=\"color:#d01010\">●</span> %1").arg(clockText(time)),
                      QLocale().formattedDataSize(QFileInfo(file_).size())};
    if (left >= 0) {  // else the system does not know, as in some containers
        const QString room = tr("%1 left").arg(QLocale().formattedDataSize(left));
        facts << (low ? QStringLiteral("<b>%1</b>").arg(room) : room);
    }
    state_->setText(facts.join(QStringLiteral(" · ")));
    if (low && !std::exchange(lowOnSpace_, true)) {
        emit warned(tr("The disk is nearly full: the recording ends when nothing is left of the %1.")
                        .arg(QLocale().formattedDataSize(left)));
    }
}

void LiveRecording::start() {
    const auto name = newName_(".mkv");
    auto recorder = name ? SessionRecorder::create(*name, std::nullopt) : tl::unexpected(name.error());
    if (!recorder) {
        stop();
        showError_(state_->window(), tr("Cannot record"), errorText(recorder.error()));
        return;
    }
    recorder_ = std::move(*recorder);
    file_ = QString::fromStdString(name->string());
    since_ = std::chrono::steady_clock::now();
    lowOnSpace_ = false;
    emit switched();
    record_->setText(tr("Stop &recording"));
    refresh();
    emit told(tr("Recording to %1").arg(file_));
}

void LiveRecording::finish() {
    const auto recorder = std::exchange(recorder_, nullptr);
    emit switched();
    const auto recording = recorder->finish();
    record_->setText(tr("&Record"));
    record_->setEnabled(sourceRuns_);
    state_->hide();
    if (!recording) {
        showError_(state_->window(), tr("The recording ended"), errorText(recording.error()));
        return;
    }
    project_ = QString::fromStdString(recording->project.string());
    open_->setEnabled(true);
    emit told(tr("Recorded %1 s to %2")
                  .arg(numberText(toSeconds(recording->duration), 1))
                  .arg(QString::fromStdString(recording->video.string())));
}

}  // namespace sightline
