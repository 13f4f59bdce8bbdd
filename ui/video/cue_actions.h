// What the Edit and Review menus do with cues: actions with their shortcuts, and the state they need.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QAction>
#include <QMenu>
#include <QObject>
#include <QPointer>

#include "core/captions/cue_checks.h"
#include "ui/video/project_document.h"

namespace sightline {

class AlternativesRunner;
class CueInspector;
class CuePanel;
class ProjectController;
class TimelineView;

// How actions see the player.
struct Playhead {
    std::function<MediaTime()> position;
    std::function<MediaTime()> heading;  // where the last seek leads, until its picture is there; else position()
    std::function<bool()> playing;
    std::function<MediaTime()> frameDuration;
    std::function<void(MediaTime)> seek;
    std::function<void()> pause;
};

// The parts of the page that show cues; borrowed, and outlive CueActions.
struct CueViews {
    ProjectController* project;
    CuePanel* panel;
    CueInspector* inspector;
    TimelineView* timeline;
};

// UI thread only.
class CueActions final : public QObject {
    Q_OBJECT

public:
    CueActions(CueViews views, Playhead playhead, QWidget* page);
    ~CueActions() override;

    void fillEditMenu(QMenu* menu) const;
    void fillReviewMenu(QMenu* menu) const;
    void fillJumpMenu(QMenu* menu) const;
    QList<QAction*> contextActions() const;  // for cues, where they are shown

    void setDocument(ProjectDocument* document);  // borrowed; null for none
    void videoChanged();
    void updateEnabled();

    // One cue is current: its picture is shown, unless playback runs, which keeps its place.
    void showPictureOf(int row);
    void editText();  // of the current cue, with its picture

signals:
    void told(const QString& message);
    void shiftWanted();
    void replaceWanted();

private:
    enum class Needs : std::uint8_t { Video, AnyCue, CurrentCue };
    struct Entry {
        QAction* action;
        Needs needs;
        bool changes;  // cues, which it may not where they are only shown
    };

    void createEdits();
    void createTimes();
    void createReview();
    void createJumps();
    QAction* add(QList<QAction*>& menu, const QString& text, const char* name, const QKeySequence& key, Needs needs,
                 std::function<void()> call);
    void addHarmless(QList<QAction*>& menu, const QString& text, const char* name, const QKeySequence& key, Needs needs,
                     std::function<void()> call);
    void addSeparator(QList<QAction*>& menu);

    std::pair<std::size_t, std::size_t> selection() const;                     // first row and count
    void edit(const QString& label, const Cues& cues, const QString& whyNot);  // told where they are as before
    void split();
    void nudge(CueEdge edge, int frames);
    void markIn();
    void markOut();
    void copy() const;
    void paste();
    void fixAll();
    void recaption();
    void ask();
    void acceptAndNext();
    void reviewNext();
    void jump(std::optional<MediaTime> to);
    TimeRange onScreen() const;  // how long the frame on screen is there

    const CueViews views_;
    const Playhead playhead_;
    QWidget* const page_;
    QPointer<ProjectDocument> document_;
    std::unique_ptr<AlternativesRunner> alternatives_;
    std::optional<MediaTime> mark_;
    int reviewed_ = -1;  // the row the review has come to
    std::vector<Entry> entries_;
    QList<QAction*> editMenu_;
    QList<QAction*> reviewMenu_;
    QList<QAction*> jumpMenu_;
};

}  // namespace sightline
