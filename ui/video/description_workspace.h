// The parts of the page that make audio description of the captions, joined.
#pragma once

#include <QMenu>
#include <QObject>

#include "ui/video/description_hearing.h"
#include "ui/video/description_planner.h"

class QAction;

namespace sightline {

class CuePanel;
class CueWorkspace;
class DescriptionPanel;
class ProjectController;

// UI thread only. The page lays the panel out. Of what is borrowed, all outlives this.
class DescriptionWorkspace final : public QObject {
    Q_OBJECT

public:
    DescriptionWorkspace(DescriptionHooks hooks, ProjectController* project, CueWorkspace* cues, CuePanel* table,
                         HearingPlayer player, QWidget* page);

    QWidget* panel() const;
    QAction* switchAction() const { return switch_; }
    QAction* exportAction() const { return export_; }
    void fillReviewMenu(QMenu* menu) const;
    DescriptionPlanner* planner() const { return planner_; }

    AudioOpener openerFor(const std::filesystem::path& video) const { return hearing_->openerFor(video); }
    void videoChanged(MediaTime duration);
    void showPlayhead(MediaTime time, bool playing) { hearing_->follow(time, playing); }

signals:
    void told(const QString& message);
    void shownChanged();  // whether there is a panel

private:
    void createActions();
    void showSettings();
    void showFits();
    void updateEnabled();
    void exportFiles();

    ProjectController* const project_;
    CueWorkspace* const cues_;
    CuePanel* const table_;
    QWidget* const page_;
    MediaTime duration_{};
    DescriptionPlanner* planner_;
    DescriptionHearing* hearing_;
    DescriptionPanel* panel_;
    QAction* switch_;
    QAction* hear_;
    QAction* export_;
};

}  // namespace sightline
