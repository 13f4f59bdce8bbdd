#include "ui/video/cue_workspace.h"

#include <QActionGroup>
#include <QFileInfo>
#include <QTableView>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/subtitle_file.h"
#include "core/subtitles/time_unit.h"
#include "ui/error_text.h"
#include "ui/message_bar.h"
#include "ui/video/cue_inspector.h"
#include "ui/video/cue_model.h"
#include "ui/video/cue_panel.h"
#include "ui/video/find_dialog.h"
#include "ui/video/project_controller.h"
#include "ui/video/shift_dialog.h"
#include "ui/video/timeline_view.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr const char* kSpellingKey = "video/spelling";
constexpr const char* kChecksKey = "video/checks";
constexpr const char* kSubtitles = "subtitles";

}  // namespace

CueWorkspace::CueWorkspace(ProjectController* project, CuePanel* panel, Playhead playhead, QWidget* page)
    : QObject(page), project_(project), panel_(panel), playhead_(playhead), page_(page),
      timeline_(new TimelineView(page)), inspector_(new CueInspector(panel->model(), page)),
      messages_(new MessageBar(page)),
      actions_(new CueActions({project, panel, inspector_, timeline_}, std::move(playhead), page)),
      find_(new FindDialog(panel, page)), checksMenu_(new QMenu(tr("Check as"), page)),
      checkSpelling_(new QAction(tr("Check spelling"), page)) {
    createChecksMenu();
    createSpelling();
    connect(project_, &ProjectController::changed, this, &CueWorkspace::projectChanged);
    connect(panel_, &CuePanel::currentChanged, this, &CueWorkspace::showCurrent);
    connect(panel_, &CuePanel::cellOpened, this, [this](int row) {
        playhead_.pause();
        actions_->showPictureOf(row);
    });
    connect(inspector_, &CueInspector::entered, this, [this] { actions_->showPictureOf(panel_->currentRow()); });
    connect(panel_, &CuePanel::told, this, &CueWorkspace::told);
    connect(panel_, &CuePanel::chosen, actions_, &CueActions::showPictureOf);
    connect(actions_, &CueActions::told, this, &CueWorkspace::told);
    connect(actions_, &CueActions::replaceWanted, find_, &FindDialog::open);
    connect(actions_, &CueActions::shiftWanted, this, [this] {
        const auto [first, count] = panel_->selectedRows();
        (new ShiftDialog(document_, first, count, page_))->open();
    });
    connect(timeline_, &TimelineView::seekRequested, this, [this](MediaTime time) { playhead_.seek(time); });
    connect(timeline_, &TimelineView::currentRequested, panel_, &CuePanel::setCurrentRow);
    connect(timeline_, &TimelineView::cueClicked, this, [this](MediaTime time) {
        if (!playhead_.playing()) {
            playhead_.seek(time);
            playhead_.pause();  // a video that has ended would play on from there
        }
    });
    connect(timeline_, &TimelineView::addRequested, project_, qOverload<MediaTime>(&ProjectController::addCue));
    connect(timeline_, &TimelineView::edited, this, [this](const QString& label, const Cues& cues) {
        document_->endTyping();
        document_->edit(label, cues);
        actions_->showPictureOf(panel_->currentRow());
    });
    connect(timeline_, &TimelineView::editRequested, this, [this](int row) {
        panel_->setCurrentRow(row);
        actions_->editText();
    });
    connect(&watcher_, &QFileSystemWatcher::fileChanged, this, &CueWorkspace::fileChanged);
}

void CueWorkspace::createChecksMenu() {
    auto* group = new QActionGroup(this);
    const auto add = [&](const QString& text, const char* name, bool subtitles) {
        auto* action = checksMenu_->addAction(text);
        action->setObjectName(name);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, subtitles] { setLimits(subtitles); });
        return action;
    };
    auto* descriptions = add(tr("Descriptions: stand as long as their picture"), "checkDescriptions", false);
    auto* subtitles = add(tr("Subtitles: at most 7 s, a gap between"), "checkSubtitles", true);
    const bool stored = windowSettings()->value(kChecksKey).toString() == QLatin1String(kSubtitles);
    (stored ? subtitles : descriptions)->setChecked(true);
    setLimits(stored);
}

void CueWorkspace::setLimits(bool subtitles) {
    windowSettings()->setValue(kChecksKey, QLatin1String(subtitles ? kSubtitles : "descriptions"));
    areSubtitles_ = subtitles;
    applyLimits();
}

void CueWorkspace::setHeard(bool heard) {
    areHeard_ = heard;
    checksMenu_->setEnabled(!heard);
    applyLimits();
}

void CueWorkspace::applyLimits() {
    const CheckLimits limits = areHeard_       ? CheckLimits::spoken()
                               : areSubtitles_ ? CheckLimits::subtitles()
                                               : CheckLimits::descriptions();
    panel_->setLimits(limits);
    timeline_->setLimits(limits);
    inspector_->refresh();
}

void CueWorkspace::createSpelling() {
    checkSpelling_->setObjectName("checkSpelling");
    checkSpelling_->setCheckable(true);
    checkSpelling_->setChecked(windowSettings()->value(kSpellingKey, true).toBool());
    connect(checkSpelling_, &QAction::triggered, this, [this](bool on) {
        windowSettings()->setValue(kSpellingKey, on);
        setSpelling();
    });
    connect(inspector_, &CueInspector::failed, this, &CueWorkspace::told);
}

void CueWorkspace::setSpelling() {
    const std::string language = document_ ? document_->project().track.language : std::string();
    if (language.empty() || !checkSpelling_->isChecked()) {
        inspector_->setSpelling(nullptr);
        return;
    }
    if (language != spelt_) {
        inspector_->setSpelling(nullptr);
        auto checker = SpellChecker::open(language, project_->hooks().spelling);
        speller_ = checker ? std::move(*checker) : nullptr;
        spelt_ = language;
        // Off without a dictionary, and says why; that it was wanted is not forgotten.
        const QString problem = checker ? QString() : errorText(checker.error());
        checkSpelling_->setEnabled(checker.has_value());
        checkSpelling_->setToolTip(problem);
        checkSpelling_->setStatusTip(problem);
        checkSpelling_->setText(checker
                                    ? tr("Check spelling")
                                    : tr("Check spelling (no dictionary: %1)").arg(QString::fromStdString(language)));
    }
    inspector_->setSpelling(speller_.get());
}

void CueWorkspace::fillEditMenu(QMenu* menu) const {
    actions_->fillEditMenu(menu);
    menu->addMenu(checksMenu_);
    menu->addAction(checkSpelling_);
}

void CueWorkspace::addContextActions() {
    QList<QAction*> actions = actions_->contextActions();
    actions << panel_->actions();
    panel_->table()->setContextMenuPolicy(Qt::ActionsContextMenu);
    panel_->table()->addActions(actions);
    timeline_->addActions(actions);
}

void CueWorkspace::videoChanged(const StreamDescription& description) {
    duration_ = description.duration;
    timeline_->setReference({});
    timeline_->setDuration(duration_);
    timeline_->setFrameRate(description.frameRate);
    timeline_->setPlayhead({});
    openLanes(duration_);
    actions_->videoChanged();
    actions_->updateEnabled();
    watch();
}

void CueWorkspace::openLanes(MediaTime duration) {
    thumbnails_.reset();
    waveform_.reset();
    const std::filesystem::path video = project_->videoPath();
    if (video.empty()) {
        return;
    }
    thumbnails_ = std::make_unique<VideoThumbnails>(video, ThumbnailOptions(), this);
    timeline_->setThumbnails(thumbnails_.get());
    waveform_ = std::make_unique<VideoWaveform>(video, VideoWaveform::standardCacheFolder());
    connect(waveform_.get(), &WaveformProvider::peaksReady, this, [this, duration] {
        if (!waveform_->peaks({}, duration, 1).empty()) {  // a video without sound gets no lane for it
            timeline_->setWaveform(waveform_.get());
        }
    });
}

void CueWorkspace::projectChanged() {
    if (document_ != project_->document()) {
        document_ = project_->document();
        documentChanged();
    }
    actions_->updateEnabled();
    watch();
}

void CueWorkspace::documentChanged() {
    timeline_->setContent(document_ ? &document_->cues() : nullptr, document_ ? &document_->project().shots : nullptr);
    inspector_->setDocument(document_);
    actions_->setDocument(document_);
    find_->setDocument(document_);
    setSpelling();
    messages_->hide();
    if (!document_) {
        return;
    }
    connect(document_, &QObject::destroyed, timeline_, [this] { timeline_->setContent(nullptr, nullptr); });
    const auto showCues = [this] {
        timeline_->refresh();
        // Rows may have moved.
        panel_->model()->setOnScreen(document_->cueAt(playhead_.position()));
        panel_->keepSelection();
        panel_->chooseOnScreen();
        showCurrent();
    };
    connect(document_, &ProjectDocument::cuesReplaced, this, showCues);
    connect(document_, &ProjectDocument::reset, this, showCues);
    showCurrent();
    offerRecovered();
}

void CueWorkspace::showCurrent() {
    const int row = panel_->currentRow();
    inspector_->setCurrent(row);
    timeline_->setCurrent(row);
    actions_->updateEnabled();
}

void CueWorkspace::choose(MediaTime time) {
    if (const int row = document_ ? document_->cueAt(time) : -1; row >= 0) {
        panel_->setCurrentRow(row);
    }
}

void CueWorkspace::showPlayhead(MediaTime time, bool playing) {
    timeline_->setPlayhead(time);
    // Where somebody looks in a still video the chosen cue comes along, but for one that was chosen itself: its picture
    // is yet to come, or lies in another one, too.
    const int chosen = panel_->currentRow();
    const Cue* cue = document_ && chosen >= 0 ? &document_->cues()[static_cast<std::size_t>(chosen)] : nullptr;
    const bool isThere = cue && cue->start <= time && time < cue->end;
    const bool follows = playing || (playhead_.heading() == time && !isThere);
    panel_->showOnScreen(document_ ? document_->cueAt(time) : -1, follows && !inspector_->isEdited());
}

void CueWorkspace::offerRecovered() {
    if (document_->recovered() == 0 || project_->isUnsaved() || document_->readOnly()) {
        return;  // a project without a name is never saved, so its edits are always in the journal
    }
    messages_->ask(tr("%n change(s) that were not saved when the program ended are back.", nullptr,
                      static_cast<int>(document_->recovered())),
                   {{tr("Keep them"), [this] { project_->save(); }}, {tr("Drop them"), [document = document_] {
                                                                          if (document) {
                                                                              document->revert();
                                                                          }
                                                                      }}});
}

void CueWorkspace::watch() {
    QStringList files;
    if (document_) {
        files << QString::fromStdString(document_->path().string());
    }
    if (!project_->videoPath().empty()) {
        files << QString::fromStdString(project_->videoPath().string());
    }
    const QStringList watched = watcher_.files();
    for (const QString& file : watched) {
        if (!files.contains(file)) {
            watcher_.removePath(file);
        }
    }
    for (const QString& file : files) {
        if (!watched.contains(file) && QFileInfo::exists(file)) {
            watcher_.addPath(file);  // also again after it was replaced by another of its name
        }
    }
}

void CueWorkspace::fileChanged(const QString& path) {
    watch();
    if (document_ && path == QString::fromStdString(document_->path().string())) {
        if (document_->changedOnDisk()) {
            messages_->ask(tr("The project was changed by another program. Saving writes over that."),
                           {{tr("Keep what is here"), [] {}}, {tr("Load it"), [this] { project_->reload(); }}});
        }
    } else if (!QFileInfo::exists(path)) {
        messages_->ask(tr("The video %1 is gone. Captions can be edited on; it can't be captioned until it is back.")
                           .arg(QFileInfo(path).fileName()),
                       {{tr("Go on"), [] {}}});
    }
}

void CueWorkspace::importSubtitles(const QString& path) {
    const MediaTime duration =
        duration_ > MediaTime::zero() || !document_ ? duration_ : document_->project().track.videoDuration;
    auto file = readSubtitleFile(path.toStdString(), duration, project_->videoPath());
    if (!file) {
        project_->hooks().showError(page_->window(), tr("Cannot import"), errorText(file.error()));
        return;
    }
    const QString name = QFileInfo(path).fileName();
    if (file->reading.timeUnit != TimeUnit::Unclear) {
        showImported(name, file->reading);
        return;
    }
    std::erase_if(file->reading.warnings, [](const SubtitleWarning& told) { return told.message == kUnclearUnit; });
    SubtitleReading milliseconds = file->reading;
    countMilliseconds(milliseconds.track.cues);
    messages_->ask(tr("The times in %1 are whole numbers, and nothing says what they count.").arg(name),
                   {{tr("Do not import"), [] {}},
                    {tr("Seconds"), [this, name, reading = file->reading] { showImported(name, reading); }},
                    {tr("Milliseconds"), [this, name, milliseconds] { showImported(name, milliseconds); }}});
}

void CueWorkspace::showImported(const QString& name, const SubtitleReading& reading) {
    const Cues cues = reading.track.cues;
    if (cues.empty()) {
        messages_->ask(tr("There are no captions in %1.").arg(name), {{tr("OK"), [] {}}});
        return;
    }
    timeline_->setReference(cues);
    QString text = tr("%n cue(s) of %1 are shown below the others.", nullptr, static_cast<int>(cues.size())).arg(name);
    if (reading.skippedCues > 0) {
        text += tr(" %n damaged one(s) were left out.", nullptr, static_cast<int>(reading.skippedCues));
    }
    if (!reading.warnings.empty()) {
        text += " " + errorText(describeWarning(reading.warnings.front()));
    }
    messages_->ask(text, {{tr("Only compare"), [] {}},
                          {tr("Take over into the captions"),
                           [this, cues] {
                               if (!cues.empty()) {
                                   project_->paste(cues, cues.front().start);
                               }
                           }},
                          {tr("Remove"), [this] { timeline_->setReference({}); }}});
}

}  // namespace sightline
