// Turns a live session's wake-ups into queued Qt signals, and loads models in the background.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include <QObject>
#include <QString>

#include "core/pipeline/live_session.h"

namespace sightline {

// Lives on the UI thread. A signal says only that something changed; the slot reads the session. Signals of one kind
// that arrive faster than the UI handles them are merged into one.
class SessionBridge final : public QObject {
    Q_OBJECT

public:
    using CaptionerLoader = std::function<Result<std::unique_ptr<Captioner>>()>;

    explicit SessionBridge(QObject* parent = nullptr);
    ~SessionBridge() override;

    LiveSession& session() { return *session_; }
    const LiveSession& session() const { return *session_; }

    // Runs `loader` on a thread of its own and gives its captioner to the session. `beams` 0: what the bundle asks for.
    void loadCaptioner(CaptionerLoader loader, int beams);

signals:
    void frameReady();
    void captionReady();
    void stateChanged();
    void modelReady();
    void modelFailed(const QString& message);

private:
    // One pending flag per signal.
    std::function<void()> wake(std::atomic<bool>& pending, void (SessionBridge::*signal)());

    SystemClock clock_;
    std::atomic<bool> framePending_ = false;
    std::atomic<bool> captionPending_ = false;
    std::atomic<bool> statePending_ = false;
    std::unique_ptr<LiveSession> session_;
    std::jthread loader_;
};

}  // namespace sightline
