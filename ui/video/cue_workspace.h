// The parts of the page that work on cues, joined: table, inspector, timeline, actions, dialogs and messages.
#pragma once

#include <QFileSystemWatcher>
#include <QPointer>

#include "ui/video/cue_actions.h"
#include "ui/video/spell_checker.h"
#include "ui/video/video_lanes.h"

namespace sightline {

class FindDialog;
class MessageBar;
struct SubtitleReading;

// UI thread only. The page lays the widgets out.
class CueWorkspace final : public QObject {
    Q_OBJECT

public:
    CueWorkspace(ProjectController* project, CuePanel* panel, Playhead playhead, QWidget* page);

    TimelineView* timeline() const { return timeline_; }
    CueInspector* inspector() const { return inspector_; }
    MessageBar* messages() const { return messages_; }
    void fillEditMenu(QMenu* menu) const;
    void fillReviewMenu(QMenu* menu) const { actions_->fillReviewMenu(menu); }
    void fillJumpMenu(QMenu* menu) const { actions_->fillJumpMenu(menu); }

    // The captions are heard: nobody reads them, so nothing of that is checked.
    void setHeard(bool heard);

    void addContextActions();  // to the table and the timeline

    void videoChanged(const StreamDescription& description);
    // Makes the cue that is on screen then the current one, if there is one.
    void choose(MediaTime time);

    void showPlayhead(MediaTime time, bool playing);
    void importSubtitles(const QString& path);  // as a second track

signals:
    void told(const QString& message);

private:
    void projectChanged();
    void documentChanged();
    void showCurrent();
    void createChecksMenu();
    void openLanes(MediaTime duration);
    void setLimits(bool subtitles);
    void applyLimits();
    void createSpelling();
    void setSpelling();  // by the language of the captions and what the user wants
    void offerRecovered();
    void watch();
    void fileChanged(const QString& path);
    void showImported(const QString& name, const SubtitleReading& reading);

    ProjectController* const project_;
    CuePanel* const panel_;
    const Playhead playhead_;
    QWidget* const page_;
    TimelineView* timeline_;
    CueInspector* inspector_;
    MessageBar* messages_;
    CueActions* actions_;
    FindDialog* find_;
    QMenu* checksMenu_;
    QAction* checkSpelling_;
    bool areSubtitles_ = false;  // what is checked
    bool areHeard_ = false;
    std::unique_ptr<SpellChecker> speller_;  // null: off, or no dictionary
    std::string spelt_;                      // its language
    QPointer<ProjectDocument> document_;     // the one that is shown
    QFileSystemWatcher watcher_;
    MediaTime duration_{};                         // of the video
    std::unique_ptr<VideoThumbnails> thumbnails_;  // null without a video
    std::unique_ptr<VideoWaveform> waveform_;
};

}  // namespace sightline
