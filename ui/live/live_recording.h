// Recording of what the live page watches: its actions, what is told of it while it runs, and what came of it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <QObject>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/captions/caption.h"
#include "ui/player/player_pane.h"

class QAction;
class QLabel;

namespace sightline {

class SessionRecorder;

// UI thread only; frames come to recorder() on the capture thread.
class LiveRecording final : public QObject {
    Q_OBJECT

public:
    // Tells a new file's name with this extension, or why there can be none.
    using NewName = std::function<Result<std::filesystem::path>(const char* extension)>;

    LiveRecording(NewName newName, ShowError showError, QWidget* parent);
    ~LiveRecording() override;

    QAction* recordAction() const { return record_; }
    QAction* openAction() const { return open_; }  // the last recording
    QLabel* state() const { return state_; }       // how long and large; hidden while nothing is recorded

    // Null while nothing is recorded.
    const std::shared_ptr<SessionRecorder>& recorder() const { return recorder_; }
    QString file() const { return recorder_ ? file_ : QString(); }
    void addCaption(const Caption& caption);  // nothing happens while nothing is recorded
    void setSourceRuns(bool runs);
    void refresh();  // what changes by itself
    void stop();

signals:
    void switched();                          // recorder() is another one
    void projectWanted(const QString& path);  // of the last recording
    void told(const QString& message);
    void warned(const QString& message);

private:
    void start();
    void finish();

    const NewName newName_;
    const ShowError showError_;
    QAction* record_;
    QAction* open_;
    QLabel* state_;
    std::shared_ptr<SessionRecorder> recorder_;
    QString file_;
    QString project_;  // of the last recording
    SteadyTime since_{};
    bool sourceRuns_ = false;
    bool lowOnSpace_ = false;  // which was told
};

}  // namespace sightline
