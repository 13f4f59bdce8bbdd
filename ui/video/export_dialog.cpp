#include "ui/video/export_dialog.h"

#include <algorithm>
#include <array>

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/annotate/annotate_outputs.h"
#include "core/media/writing/burn_in.h"
#include "core/media/writing/copy_target.h"
#include "core/media/writing/subtitle_muxer.h"
#include "core/subtitles/subtitle_file.h"
#include "core/subtitles/subtitle_format.h"
#include "ui/error_text.h"
#include "ui/format_title.h"
#include "ui/video/burn_in_panel.h"
#include "ui/video/project_controller.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

constexpr int kProgressSteps = 1000;
constexpr qsizetype kPreviewCharacters = 100'000;  // more would only take time to lay out
constexpr QSize kSize(860, 520);
constexpr int kListWidth = 290;

QString qt(std::string_view view) { return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())); }

// `own` where it is among those that can be written, else the first.
std::string containerOf(const std::string& own, std::initializer_list<const char*> writable) {
    return std::ranges::find(writable, own) != writable.end() ? own : *writable.begin();
}

}  // namespace

ExportDialog::ExportDialog(CueTrack track, std::filesystem::path video, ExportOrigin origin, const ProjectHooks& hooks,
                           QWidget* parent)
    : QDialog(parent), track_(std::move(track)), video_(std::move(video)), origin_(std::move(origin)), hooks_(hooks),
      list_(new QListWidget(this)), preview_(new QPlainTextEdit(this)),
      burnIn_(new BurnInPanel(track_, video_, hooks_.openVideo, this)), shown_(new QStackedWidget(this)),
      note_(new QLabel(this)), message_(new QLabel(this)), progress_(new QProgressBar(this)),
      export_(new QPushButton(tr("Export…"), this)), cancel_(new QPushButton(tr("Cancel"), this)) {
    setObjectName("exportDialog");
    setWindowTitle(tr("Export captions"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(sizeOnScreen(*this, kSize));
    createLayout();
    addChoices();
    connect(list_, &QListWidget::currentRowChanged, this, &ExportDialog::showPreview);
    connect(list_, &QListWidget::itemActivated, this, &ExportDialog::write);
    connect(export_, &QPushButton::clicked, this, &ExportDialog::write);
    connect(cancel_, &QPushButton::clicked, &runner_, &ExportRunner::cancel);
    connect(cancel_, &QPushButton::clicked, this, [this] { naming_.cancel(); });
    connect(&runner_, &ExportRunner::progressed, this, [this](MediaTime time) {
        const double all = toSeconds(track_.videoDuration);
        progress_->setRange(0, all > 0.0 ? kProgressSteps : 0);
        progress_->setValue(static_cast<int>(kProgressSteps * std::min(1.0, toSeconds(time) / std::max(1e-3, all))));
    });
    connect(&runner_, &ExportRunner::succeeded, this, [this] { tellWritten(); });
    connect(&runner_, &ExportRunner::cancelled, this, [this] { finish(tr("Cancelled; nothing was written.")); });
    connect(&runner_, &ExportRunner::failed, this, [this](const QString& message) {
        finish({});
        hooks_.showError(this, tr("Cannot export"), message);
    });
    finish({});
    list_->setCurrentRow(0);
}

void ExportDialog::createLayout() {
    list_->setObjectName("exportFormats");
    list_->setAccessibleName(tr("Format"));
    list_->setFixedWidth(kListWidth);
    preview_->setObjectName("exportPreview");
    preview_->setAccessibleName(tr("Preview of the file"));
    preview_->setReadOnly(true);
    preview_->setLineWrapMode(QPlainTextEdit::NoWrap);
    preview_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    note_->setObjectName("exportNote");
    note_->setWordWrap(true);
    message_->setObjectName("exportMessage");
    message_->setWordWrap(true);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    progress_->setObjectName("exportProgress");
    progress_->setAccessibleName(tr("Export progress"));
    export_->setObjectName("exportWrite");
    export_->setDefault(true);
    cancel_->setObjectName("exportCancel");
    auto* right = new QVBoxLayout;
    right->addWidget(note_);
    shown_->addWidget(preview_);
    shown_->addWidget(burnIn_);
    right->addWidget(shown_, 1);
    auto* top = new QHBoxLayout;
    top->addWidget(list_);
    top->addLayout(right, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(export_, QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(message_, 1);
    bottom->addWidget(progress_, 1);
    bottom->addWidget(cancel_);
    bottom->addWidget(buttons);
    auto* column = new QVBoxLayout(this);
    column->addLayout(top, 1);
    column->addLayout(bottom);
}

void ExportDialog::addChoices() {
    for (const SubtitleFormat* format : subtitleFormats()) {
        choices_.push_back({Kind::File, format});
        list_->addItem(QStringLiteral("%1 (.%2)").arg(formatTitle(format->description()), qt(format->extension())));
    }
    choices_.push_back({Kind::Track, findSubtitleFormat("srt")});
    list_->addItem(tr("Video with captions to switch on"));
    choices_.push_back({Kind::Picture, findSubtitleFormat("ass")});
    list_->addItem(tr("Video with captions in the picture"));
}

const ExportDialog::Choice& ExportDialog::choice() const {
    return choices_.at(static_cast<std::size_t>(std::max(0, list_->currentRow())));
}

std::string ExportDialog::extension() const {
    return choice().kind == Kind::Picture ? containerOf(video_.extension().string(), {".mp4", ".m4v", ".mov", ".mkv"})
                                          : std::string(".").append(choice().format->extension());
}

void ExportDialog::showPreview() {
    preview_->setPlainText(QString::fromStdString(choice().format->write(track_)).left(kPreviewCharacters));
    switch (choice().kind) {
        case Kind::Track:
            note_->setText(tr("A copy of the video with the captions as a track; nothing is encoded again."));
            break;
        case Kind::Picture:
            note_->setText(tr("The captions are drawn into the picture, for players that show none. Takes a while."));
            break;
        case Kind::File:
            note_->setText(choice().format->traits().confidenceAndOrigin
                               ? tr("Keeps each caption's confidence and source.")
                               : tr("Keeps times and texts."));
    }
    shown_->setCurrentWidget(choice().kind == Kind::Picture ? static_cast<QWidget*>(burnIn_) : preview_);
    message_->clear();
}

ExportRunner::Job ExportDialog::writing(const std::filesystem::path& path) const {
    const CueTrack track = track_;
    const auto video = video_;
    const Choice chosen = choice();
    if (chosen.kind == Kind::File) {
        return [=](const ExportRunner::Progress&, const std::stop_token&) {
            return writeSubtitleFile(track, path, *chosen.format, video);
        };
    }
    if (chosen.kind == Kind::Track) {
        return [=](const ExportRunner::Progress& progress, const std::stop_token& stop) {
            std::vector<SubtitleText> texts;
            for (const Cue& cue : track.cues) {
                texts.push_back({cue.start, cue.end, cue.text});
            }
            // The save dialog has asked before writing over a file.
            return muxSubtitles(video, path, texts, {track.language, track.title, true, true}, progress, stop);
        };
    }
    return [=, look = burnIn_->look()](const ExportRunner::Progress& progress, const std::stop_token& stop) {
        BurnInOptions options;
        options.look = look;
        options.overwrite = true;
        return burnInSubtitles(video, path, chosen.format->write(track), options, progress, stop);
    };
}

ExportRunner::Job ExportDialog::job(const std::filesystem::path& path) const {
    const bool isVideo = choice().kind != Kind::File;
    const auto stem = std::filesystem::path(origin_.project).replace_extension();
    const OutputRecord* record = recordOf(origin_.outputs, endingOf(path, stem));
    return [write = writing(path), path, isVideo, known = record ? std::optional(*record) : std::nullopt,
            result = written_](const ExportRunner::Progress& progress, const std::stop_token& stop) -> Result<void> {
        *result = writeAsked(path, isVideo, known ? &*known : nullptr, [&] { return write(progress, stop); });
        if (result->failed) {
            return tl::unexpected(*result->failed);
        }
        return {};
    };
}

void ExportDialog::tellWritten() {
    QString text = tr("Written: %1").arg(path_);
    if (written_->former) {
        text += " " + tr("What was there is kept as %1.").arg(QString::fromStdString(written_->former->string()));
    }
    finish(text);
    const auto stem = std::filesystem::path(origin_.project).replace_extension();
    const std::string ending = endingOf(path_.toStdString(), stem);
    if (written_->digest && !ending.empty()) {
        const OutputRecord record{ending, *written_->digest, "", digestOf(track_.cues)};
        origin_.outputs = withRecord(std::move(origin_.outputs), record);
        emit recorded(record);
    }
    emit exported(path_);
}

void ExportDialog::write() {
    if (runner_.running() || naming_.running()) {
        return;
    }
    if (choice().kind != Kind::Track) {
        writeAs(extension());
        return;
    }
    // The video's streams decide, and it may lie on a slow disk.
    showBusy(true);
    naming_.start("export", [this, video = video_](const std::stop_token& stop, const BackgroundRun::Teller& teller) {
        teller.end([this, name = copyTargetFor(video, {}, stop)] {
            if (name) {
                finish({});
                writeAs(name->string());
            } else if (name.error().code == ErrorCode::Cancelled) {
                finish(tr("Cancelled; nothing was written."));
            } else {
                finish({});
                hooks_.showError(this, tr("Cannot export"), errorText(name.error()));
            }
        });
    });
}

void ExportDialog::writeAs(const std::string& suffix) {
    const bool isVideo = choice().kind != Kind::File;
    auto suggestion = video_;
    const std::string mark = !isVideo ? "" : choice().kind == Kind::Picture ? kBurnedInMark : kCaptionedMark;
    suggestion.replace_extension(mark + suffix);  // as annotate names them
    const QString name = list_->currentItem()->text();
    QString filter = isVideo ? QStringLiteral("%1 (*%2)").arg(name, QString::fromStdString(suffix))
                             : QStringLiteral("%1 (*%2)")
                                   .arg(formatTitle(choice().format->description()), QString::fromStdString(suffix));
    QString path =
        hooks_.chooseSave(this, tr("Export captions"), QString::fromStdString(suggestion.string()), filter, filter);
    if (path.isEmpty()) {
        return;
    }
    if (!isVideo && !path.endsWith(QString::fromStdString(suffix), Qt::CaseInsensitive)) {
        path += QString::fromStdString(suffix);
        if (QFileInfo::exists(path)) {  // nobody was asked about this one
            hooks_.showError(this, tr("Cannot export"), tr("%1 exists. Choose another name.").arg(path));
            return;
        }
    }
    path_ = path;
    showBusy(isVideo);
    written_ = std::make_shared<OutputWriting>();
    runner_.start(job(path.toStdString()));
}

void ExportDialog::showBusy(bool mayCancel) {
    message_->hide();
    for (QWidget* widget : {static_cast<QWidget*>(list_), static_cast<QWidget*>(export_)}) {
        widget->setEnabled(false);
    }
    progress_->setRange(0, 0);
    progress_->setVisible(true);
    cancel_->setVisible(mayCancel);
}

void ExportDialog::finish(const QString& message) {
    progress_->hide();
    cancel_->hide();
    list_->setEnabled(true);
    export_->setEnabled(true);
    message_->setText(message);
    message_->show();
}

void ExportDialog::reject() {
    naming_.abandon();
    runner_.cancel();
    QDialog::reject();
}

}  // namespace sightline
