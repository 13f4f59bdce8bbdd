// Several videos, annotated one after the other in the background.
#pragma once

#include <functional>
#include <vector>

#include <QObject>
#include <QStringList>

#include "core/base/result.h"
#include "ui/background_run.h"

namespace sightline {

// What became of one video.
struct QueueOutcome {
    int cues = 0;
    bool captioned = false;  // false: what was there was enough
    QString cutShort;        // why the video ended before its time; empty otherwise
};

struct QueueHooks {
    // Captions a video into the project beside it; what is there already is kept, as `sightline annotate` does. Called
    // on the queue's thread, one call at a time. Error: Cancelled when `stop` was requested; a later call goes on
    // there.
    std::function<Result<QueueOutcome>(const QString& video, const std::function<void(double)>& progress,
                                       const std::stop_token& stop)>
        annotate;
};

// Lives on the UI thread.
class AnnotationQueue final : public QObject {
    Q_OBJECT

public:
    enum class State : std::uint8_t { Waiting, Running, Done, Kept, Failed, Cancelled };

    struct Entry {
        QString video;
        State state = State::Waiting;
        double progress = 0.0;  // 0..1
        int cues = 0;
        QString problem;  // of one that failed or was cut short
    };

    // `mayAnnotate` returns why a video must not be, or nothing.
    AnnotationQueue(QueueHooks hooks, std::function<QString(const QString& video)> mayAnnotate,
                    QObject* parent = nullptr);

    // Those that wait, run or are done already are not queued again; others begin anew.
    void add(const QStringList& videos);
    void cancel(int index);  // it alone
    void cancelAll();
    void clearFinished();

    const std::vector<Entry>& entries() const { return entries_; }
    bool running() const { return run_.running(); }

signals:
    void changed();  // entries()
    void entryChanged(int index);
    void finished();  // nothing waits any more

private:
    void startNext();
    void finish(const Result<QueueOutcome>& outcome);
    void set(int index, State state);

    const QueueHooks hooks_;
    const std::function<QString(const QString&)> mayAnnotate_;
    std::vector<Entry> entries_;
    int current_ = -1;
    BackgroundRun run_;
};

}  // namespace sightline
