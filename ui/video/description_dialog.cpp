#include "ui/video/description_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/annotate/output_file.h"
#include "core/base/logging.h"
#include "ui/video/cue_model.h"
#include "ui/video/described_text.h"
#include "ui/video/project_controller.h"

namespace sightline {
namespace {

constexpr int kProgressSteps = 1000;
constexpr auto kTellEvery = std::chrono::milliseconds(100);
constexpr QSize kSize(680, 460);

QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

}  // namespace

DescriptionDialog::DescriptionDialog(Project project, std::filesystem::path stem, const std::filesystem::path& video,
                                     NarrationOptions options, const ProjectHooks& hooks, QWidget* parent)
    : QDialog(parent), project_(std::move(project)), stem_(std::move(stem)), options_(std::move(options)),
      hooks_(hooks), job_{video, video}, name_(new QLineEdit(this)), choose_(new QPushButton(tr("Choose…"), this)),
      copy_(new QCheckBox(tr("Copy of the video with the description as a second sound track"), this)),
      times_(new QCheckBox(tr("When what is said, as WebVTT"), this)), sound_(new QComboBox(this)),
      message_(new QLabel(this)), report_(new QPlainTextEdit(this)), progress_(new QProgressBar(this)),
      export_(new QPushButton(tr("Export"), this)), cancel_(new QPushButton(tr("Cancel"), this)) {
    setObjectName("descriptionDialog");
    setWindowTitle(tr("Export audio description"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(kSize);
    job_.output.replace_extension();
    createLayout();
    nameFiles();
    connect(choose_, &QPushButton::clicked, this, &DescriptionDialog::chooseName);
    connect(export_, &QPushButton::clicked, this, &DescriptionDialog::write);
    connect(cancel_, &QPushButton::clicked, this, [this] { run_.cancel(); });
}

void DescriptionDialog::createLayout() {
    name_->setObjectName("descriptionName");
    name_->setReadOnly(true);
    name_->setAccessibleName(tr("Files"));
    choose_->setObjectName("descriptionChoose");
    copy_->setObjectName("descriptionCopy");
    copy_->setChecked(true);
    times_->setObjectName("descriptionTimes");
    times_->setChecked(true);
    sound_->setObjectName("descriptionSound");
    sound_->addItem(tr("none"), QString());
    for (const char* kind : {"wav", "flac", "opus"}) {
        sound_->addItem(QString::fromLatin1(kind).toUpper(), QString::fromLatin1(kind));
    }
    message_->setObjectName("descriptionMessage");
    message_->setWordWrap(true);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    report_->setObjectName("descriptionReport");
    report_->setAccessibleName(tr("What is not said"));
    report_->setReadOnly(true);
    report_->setPlaceholderText(tr("What is not said, and why, stands here after the export."));
    progress_->setObjectName("descriptionExportProgress");
    progress_->setAccessibleName(tr("Export progress"));
    progress_->setTextVisible(false);
    progress_->hide();
    export_->setObjectName("descriptionWrite");
    export_->setDefault(true);
    cancel_->setObjectName("descriptionCancel");
    cancel_->hide();
    auto* where = new QHBoxLayout;
    where->addWidget(name_, 1);
    where->addWidget(choose_);
    auto* form = new QFormLayout;
    form->addRow(tr("Files"), where);
    form->addRow(copy_);
    form->addRow(times_);
    form->addRow(tr("The mixed sound alone"), sound_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(export_, QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &DescriptionDialog::reject);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(progress_, 1);
    bottom->addWidget(cancel_);
    bottom->addWidget(buttons);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(message_);
    column->addWidget(report_, 1);
    column->addLayout(bottom);
}

void DescriptionDialog::nameFiles() { name_->setText(text(job_.output) + QStringLiteral(".described.…")); }

void DescriptionDialog::chooseName() {
    QString filter = tr("Names of the files (*)");
    const QString path = hooks_.chooseSave(this, tr("Export audio description"), text(job_.output), filter, filter);
    if (!path.isEmpty()) {
        job_.output = path.toStdString();
        if (job_.output.extension() == job_.input.extension()) {
            job_.output.replace_extension();
        }
        nameFiles();
    }
}

void DescriptionDialog::write() {
    DescriptionFiles files{job_, copy_->isChecked(), times_->isChecked(), {}};
    if (const QString kind = sound_->currentData().toString(); !kind.isEmpty()) {
        files.sounds.push_back(kind.toStdString());
    }
    if (!files.copy && !files.times && files.sounds.empty()) {
        message_->setText(tr("Choose what is to be written."));
        return;
    }
    message_->clear();
    report_->clear();
    for (QWidget* widget :
         {static_cast<QWidget*>(export_), static_cast<QWidget*>(choose_), static_cast<QWidget*>(copy_),
          static_cast<QWidget*>(times_), static_cast<QWidget*>(sound_)}) {
        widget->setEnabled(false);
    }
    progress_->setRange(0, kProgressSteps);
    progress_->setValue(0);
    progress_->show();
    cancel_->show();
    run_.start("export", [this, project = project_, stem = stem_, files, options = options_](
                             const std::stop_token& stop, const BackgroundRun::Teller& teller) {
        auto told = std::chrono::steady_clock::time_point();
        auto result = std::make_shared<const DescriptionWritten>(writeDescription(
            project, stem, files, options,
            [&](double share) {
                if (const auto now = std::chrono::steady_clock::now(); now - told >= kTellEvery) {
                    told = now;
                    teller.tell([this, share] { progress_->setValue(static_cast<int>(share * kProgressSteps)); });
                }
            },
            stop));
        teller.end([this, result] { finish(result); });
    });
}

QString DescriptionDialog::reportOf(const Narration& narration) const {
    QStringList lines;
    for (const NarratedCue& cue : narration.cues()) {
        const DescribedCue described{cue.scheduled, cue.text};
        if (const QString problem = describedText(described); !problem.isEmpty()) {
            const QString what = QString::fromStdString(cue.text);
            lines << (cue.scheduled.isSaid ? QStringLiteral("%1  %2").arg(timeText(cue.cue.start), problem)
                                           : tr("%1  %2 “%3”").arg(timeText(cue.cue.start), problem, what));
        }
    }
    return lines.isEmpty() ? tr("All captions are said in full.") : lines.join(QLatin1Char('\n'));
}

void DescriptionDialog::finish(const std::shared_ptr<const DescriptionWritten>& result) {
    for (QWidget* widget :
         {static_cast<QWidget*>(export_), static_cast<QWidget*>(choose_), static_cast<QWidget*>(copy_),
          static_cast<QWidget*>(times_), static_cast<QWidget*>(sound_)}) {
        widget->setEnabled(true);
    }
    progress_->hide();
    cancel_->hide();
    QStringList lines;
    const bool isCancelled = result->failed && result->failed->code == ErrorCode::Cancelled;
    if (isCancelled) {
        lines << (result->written.empty() ? tr("Cancelled; nothing was written.") : tr("Cancelled."));
    }
    for (const auto& path : result->written) {
        lines << tr("Written: %1").arg(text(path));
    }
    for (const auto& path : result->former) {
        lines << tr("What was there is kept as %1.").arg(text(path));
    }
    if (result->narration) {
        lines << tr("%1 of %2 captions are said.")
                     .arg(result->narration->saidCount())
                     .arg(result->narration->cues().size());
        report_->setPlainText(reportOf(*result->narration));
    }
    message_->setText(lines.join(QLatin1Char('\n')));
    for (const OutputRecord& record : result->records) {
        project_.outputs = withRecord(std::move(project_.outputs), record);
        emit recorded(record);
    }
    if (result->failed && !isCancelled) {
        logger("ui")->error("{} {}", result->failed->message, result->failed->detail);
        hooks_.showError(this, tr("Cannot export"), QString::fromStdString(result->failed->message));
    } else if (!result->written.empty()) {
        emit exported(text(result->written.front()));
    }
}

void DescriptionDialog::reject() {
    run_.cancel();  // the destructor waits for it
    QDialog::reject();
}

}  // namespace sightline
