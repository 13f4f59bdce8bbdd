#include "ui/video/description_dialog.h"

#include <algorithm>

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
#include "ui/error_text.h"
#include "ui/player/number_text.h"
#include "ui/video/cue_model.h"
#include "ui/video/described_text.h"
#include "ui/video/project_controller.h"
#include "ui/window_place.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr int kProgressSteps = 1000;
constexpr auto kTellEvery = std::chrono::milliseconds(100);
constexpr QSize kSize(680, 520);

// What is remembered. Places are called as the command calls them.
constexpr const char* kPlaceKey = "descriptionExport/place";
constexpr const char* kCopyKey = "descriptionExport/copy";
constexpr const char* kTimesKey = "descriptionExport/times";
constexpr const char* kSoundsKey = "descriptionExport/sounds";
constexpr const char* kScriptsKey = "descriptionExport/scripts";
constexpr const char* kSecond = "second";
constexpr const char* kMixed = "mixed";
constexpr const char* kExtended = "extended";

QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

// What the boxes that are checked stand for.
QStringList chosen(const std::vector<QCheckBox*>& boxes) {
    QStringList kinds;
    for (const QCheckBox* box : boxes) {
        if (box->isChecked()) {
            kinds << box->property("kind").toString();
        }
    }
    return kinds;
}

std::vector<std::string> kindsOf(const std::vector<QCheckBox*>& boxes) {
    std::vector<std::string> kinds;
    for (const QString& kind : chosen(boxes)) {
        kinds.push_back(kind.toStdString());
    }
    return kinds;
}

}  // namespace

DescriptionDialog::DescriptionDialog(Project project, std::filesystem::path stem, const std::filesystem::path& video,
                                     NarrationOptions options, const ProjectHooks& hooks, QWidget* parent)
    : QDialog(parent), project_(std::move(project)), stem_(std::move(stem)), options_(std::move(options)),
      hooks_(hooks), job_{video, video}, choices_(new QWidget(this)), name_(new QLineEdit(choices_)),
      choose_(new QPushButton(tr("Choose…"), choices_)), place_(new QComboBox(choices_)),
      copy_(new QCheckBox(tr("Copy of the video that says the captions"), choices_)),
      times_(new QCheckBox(tr("When what is said, as WebVTT"), choices_)), message_(new QLabel(this)),
      report_(new QPlainTextEdit(this)), progress_(new QProgressBar(this)),
      export_(new QPushButton(tr("Export"), this)), cancel_(new QPushButton(tr("Cancel"), this)) {
    setObjectName("descriptionDialog");
    setWindowTitle(tr("Export audio description"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(sizeOnScreen(*this, kSize));
    job_.output.replace_extension();
    createLayout();
    nameFiles();
    connect(choose_, &QPushButton::clicked, this, &DescriptionDialog::chooseName);
    connect(place_, &QComboBox::currentIndexChanged, this, &DescriptionDialog::nameFiles);
    connect(copy_, &QCheckBox::toggled, this, &DescriptionDialog::nameFiles);
    connect(export_, &QPushButton::clicked, this, &DescriptionDialog::write);
    connect(cancel_, &QPushButton::clicked, this, [this] { run_.cancel(); });
}

void DescriptionDialog::createLayout() {
    const auto settings = windowSettings();
    name_->setObjectName("descriptionName");
    name_->setReadOnly(true);
    name_->setAccessibleName(tr("Files"));
    choose_->setObjectName("descriptionChoose");
    place_->setObjectName("descriptionPlace");
    place_->setAccessibleName(tr("Description"));
    place_->addItem(tr("as a second sound track, which players offer"), QLatin1String(kSecond));
    place_->addItem(tr("mixed into the sound of the video"), QLatin1String(kMixed));
    place_->addItem(tr("extended: the picture waits where there is no room"), QLatin1String(kExtended));
    place_->setCurrentIndex(std::max(0, place_->findData(settings->value(kPlaceKey, QLatin1String(kSecond)))));
    copy_->setObjectName("descriptionCopy");
    copy_->setChecked(settings->value(kCopyKey, true).toBool());
    times_->setObjectName("descriptionTimes");
    times_->setChecked(settings->value(kTimesKey, true).toBool());
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
    auto* form = new QFormLayout(choices_);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Files"), where);
    form->addRow(tr("Description"), place_);
    form->addRow(copy_);
    form->addRow(times_);
    const QString sound = tr("The mixed sound alone");
    form->addRow(
        sound,
        addKinds(sounds_, sound,
                 {{QStringLiteral("WAV"), "wav"}, {QStringLiteral("FLAC"), "flac"}, {QStringLiteral("Opus"), "opus"}},
                 kSoundsKey));
    const QString script = tr("A script to be read");
    form->addRow(script, addKinds(scripts_, script,
                                  {{QStringLiteral("HTML"), "html"}, {QStringLiteral("Markdown"), "md"}}, kScriptsKey));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(export_, QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &DescriptionDialog::reject);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(progress_, 1);
    bottom->addWidget(cancel_);
    bottom->addWidget(buttons);
    auto* column = new QVBoxLayout(this);
    column->addWidget(choices_);
    column->addWidget(message_);
    column->addWidget(report_, 1);
    column->addLayout(bottom);
}

QHBoxLayout* DescriptionDialog::addKinds(std::vector<QCheckBox*>& boxes, const QString& title,
                                         const std::vector<std::pair<QString, const char*>>& kinds, const char* key) {
    const QStringList before = windowSettings()->value(key).toStringList();
    auto* row = new QHBoxLayout;
    for (const auto& [name, kind] : kinds) {
        auto* box = new QCheckBox(name, choices_);
        box->setObjectName(QStringLiteral("descriptionKind_") + QLatin1String(kind));
        box->setAccessibleName(title + ": " + name);
        box->setProperty("kind", QLatin1String(kind));
        box->setChecked(before.contains(QLatin1String(kind)));
        connect(box, &QCheckBox::toggled, this, &DescriptionDialog::nameFiles);
        row->addWidget(box);
        boxes.push_back(box);
    }
    row->addStretch(1);
    return row;
}

void DescriptionDialog::remember() const {
    const auto settings = windowSettings();
    settings->setValue(kPlaceKey, place_->currentData());
    settings->setValue(kCopyKey, copy_->isChecked());
    settings->setValue(kTimesKey, times_->isChecked());
    settings->setValue(kSoundsKey, chosen(sounds_));
    settings->setValue(kScriptsKey, chosen(scripts_));
}

AudioDescription DescriptionDialog::wanted() const {
    AudioDescription wanted{options_, copy_->isChecked(), times_->isChecked(), kindsOf(sounds_), kindsOf(scripts_)};
    const QString place = place_->currentData().toString();
    wanted.narration.track = place == QLatin1String(kMixed) ? DescriptionTrack::Mixed : DescriptionTrack::Second;
    wanted.narration.schedule.freezes = place == QLatin1String(kExtended);
    return wanted;
}

void DescriptionDialog::nameFiles() {
    const AudioDescription files = wanted();
    const auto copy = text(describedCopyStem(job_, files.narration)) + QStringLiteral(".…");
    const auto others = text(describedPath(job_, files.narration, "…"));
    name_->setText(!files.copy || copy == others ? others : copy + ", " + QFileInfo(others).fileName());
}

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

void DescriptionDialog::showBusy(bool busy) {
    choices_->setEnabled(!busy);
    export_->setEnabled(!busy);
    progress_->setVisible(busy);
    cancel_->setVisible(busy);
}

void DescriptionDialog::write() {
    const AudioDescription files = wanted();
    if (!files.copy && !files.times && files.sounds.empty() && files.scripts.empty()) {
        message_->setText(tr("Choose what is to be written."));
        return;
    }
    remember();
    message_->clear();
    report_->clear();
    progress_->setRange(0, kProgressSteps);
    progress_->setValue(0);
    showBusy(true);
    run_.start("export", [this, project = project_, stem = stem_, job = job_, files](
                             const std::stop_token& stop, const BackgroundRun::Teller& teller) {
        auto told = std::chrono::steady_clock::time_point();
        auto result = std::make_shared<const DescriptionWritten>(writeDescription(
            project, stem, job, files,
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
    showBusy(false);
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
        if (const double waits = toSeconds(result->narration->frozen()); waits > 0.0) {
            lines << tr("The picture waits %1 s for them in all.").arg(numberText(waits, 1));
        }
        report_->setPlainText(reportOf(*result->narration));
    }
    message_->setText(lines.join(QLatin1Char('\n')));
    for (const OutputRecord& record : result->records) {
        project_.outputs = withRecord(std::move(project_.outputs), record);
        emit recorded(record);
    }
    if (result->failed && !isCancelled) {
        logger("ui")->error("{} {}", result->failed->message, result->failed->detail);
        hooks_.showError(this, tr("Cannot export"), errorText(*result->failed));
    } else if (!result->written.empty()) {
        emit exported(text(result->written.front()));
    }
}

void DescriptionDialog::reject() {
    run_.cancel();  // the destructor waits for it
    QDialog::reject();
}

}  // namespace sightline
