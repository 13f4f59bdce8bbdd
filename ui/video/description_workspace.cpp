#include "ui/video/description_workspace.h"

#include <QAction>

#include "ui/message_bar.h"
#include "ui/video/cue_inspector.h"
#include "ui/video/cue_model.h"
#include "ui/video/cue_panel.h"
#include "ui/video/cue_workspace.h"
#include "ui/video/description_dialog.h"
#include "ui/video/description_panel.h"
#include "ui/video/project_controller.h"
#include "ui/video/timeline_view.h"

namespace sightline {
namespace {

CueFit fitOf(const DescribedCue* cue) {
    if (!cue) {
        return {};
    }
    const ScheduledDescription& scheduled = cue->scheduled;
    if (!scheduled.isSaid) {
        return {Fit::Unfit, {}};
    }
    return {cue->isShortened() || scheduled.rate > 1.0 ? Fit::Tight : Fit::Fits, {scheduled.start, scheduled.end()}};
}

}  // namespace

DescriptionWorkspace::DescriptionWorkspace(DescriptionHooks hooks, ProjectController* project, CueWorkspace* cues,
                                           CuePanel* table, HearingPlayer player, QWidget* page)
    : QObject(page), project_(project), cues_(cues), table_(table), page_(page),
      planner_(new DescriptionPlanner(std::move(hooks), this)),
      hearing_(new DescriptionHearing(planner_, std::move(player), this)), panel_(new DescriptionPanel(planner_, page)),
      switch_(new QAction(tr("Audio description"), page)),
      hear_(new QAction(tr("Hear the caption in its place"), page)),
      export_(new QAction(tr("Export audio &description…"), page)) {
    table_->model()->setPlanner(planner_);
    createActions();
    connect(planner_, &DescriptionPlanner::settingsChanged, this, &DescriptionWorkspace::showSettings);
    connect(planner_, &DescriptionPlanner::changed, this, &DescriptionWorkspace::showFits);
    connect(planner_, &DescriptionPlanner::speechChanged, this,
            [this] { cues_->timeline()->setSpeech(planner_->speech()); });
    connect(project_, &ProjectController::changed, this, [this] {
        planner_->setVideo(project_->videoPath(), duration_);  // whose document it is
        planner_->setDocument(project_->document());
        updateEnabled();
    });
    connect(table_, &CuePanel::currentChanged, this, &DescriptionWorkspace::updateEnabled);
    connect(hearing_, &DescriptionHearing::told, this, &DescriptionWorkspace::told);
    connect(hearing_, &DescriptionHearing::failed, this, [this](const QString& message) {
        cues_->messages()->ask(message, {{tr("Close"), [] {}}});
    });
    showSettings();
    updateEnabled();
}

void DescriptionWorkspace::createActions() {
    switch_->setObjectName("audioDescription");
    switch_->setCheckable(true);
    switch_->setToolTip(tr("The captions are heard, not read: show where people speak and which captions fit between"));
    connect(switch_, &QAction::triggered, this, [this](bool on) {
        DescriptionSettings settings = planner_->settings();
        settings.isOn = on;
        planner_->setSettings(settings);
    });
    hear_->setObjectName("hearDescription");
    hear_->setShortcut(Qt::Key_H);
    page_->addAction(hear_);
    connect(hear_, &QAction::triggered, this, [this] { hearing_->hear(table_->currentRow()); });
    export_->setObjectName("exportDescription");
    connect(export_, &QAction::triggered, this, &DescriptionWorkspace::exportFiles);
}

QWidget* DescriptionWorkspace::panel() const { return panel_; }

void DescriptionWorkspace::fillReviewMenu(QMenu* menu) const {
    menu->addSeparator();
    menu->addActions({switch_, hear_});
}

void DescriptionWorkspace::videoChanged(MediaTime duration) {
    duration_ = duration;
    hearing_->setVideo(project_->videoPath(), duration);
    planner_->setVideo(project_->videoPath(), duration);
    updateEnabled();
}

void DescriptionWorkspace::showSettings() {
    switch_->setChecked(planner_->isOn());
    cues_->setHeard(planner_->isOn());
    showFits();
    emit shownChanged();
}

void DescriptionWorkspace::showFits() {
    std::vector<CueFit> fits;
    if (planner_->isOn()) {
        for (int row = 0; row < static_cast<int>(planner_->cueCount()); ++row) {
            fits.push_back(fitOf(planner_->at(row)));
        }
    }
    cues_->timeline()->setFits(std::move(fits));
    cues_->inspector()->refreshChecks();
    updateEnabled();
}

void DescriptionWorkspace::updateEnabled() {
    const ProjectDocument* document = project_->document();
    const bool cues = document && !document->cues().empty();
    switch_->setEnabled(!project_->videoPath().empty());
    hear_->setEnabled(cues && planner_->isOn() && table_->currentRow() >= 0);
    export_->setEnabled(cues && !project_->videoPath().empty());
}

void DescriptionWorkspace::exportFiles() {
    const ProjectDocument* document = project_->document();
    Project project = document->project();
    project.track.videoDuration = duration_;
    auto* dialog =
        new DescriptionDialog(std::move(project), std::filesystem::path(document->path()).replace_extension(),
                              project_->videoPath(), planner_->options(), project_->hooks(), page_->window());
    connect(dialog, &DescriptionDialog::recorded, project_->document(), &ProjectDocument::remember);
    connect(dialog, &DescriptionDialog::exported, this,
            [this](const QString& path) { emit told(tr("Exported to %1").arg(path)); });
    dialog->open();
}

}  // namespace sightline
