// Asks the model for other captions of a cue, in the background.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include <QObject>

#include "core/pipeline/caption_alternatives.h"

namespace sightline {

// Lives on the UI thread; loads a captioner of its own at the first request and keeps it. Signals arrive on the UI
// thread.
class AlternativesRunner final : public QObject {
    Q_OBJECT

public:
    using CaptionerLoader = std::function<Result<std::unique_ptr<Captioner>>()>;
    using SourceOpener = std::function<Result<std::unique_ptr<FrameSource>>()>;

    static constexpr int kCount = 5;  // as many keys pick one

    explicit AlternativesRunner(CaptionerLoader loader, QObject* parent = nullptr);
    ~AlternativesRunner() override;

    void setVideo(SourceOpener opener);  // drops what was asked of another
    void ask(const TimeRange& range);    // instead of what was asked before

signals:
    void found(const TimeRange& range, const std::vector<CaptionCandidate>& candidates);
    void failed(const QString& message);

private:
    struct Request {
        SourceOpener opener;
        TimeRange range;
        int video = 0;
        std::stop_source stop;
    };
    using Outcome = Result<std::vector<CaptionCandidate>>;

    void work(const std::stop_token& stop);
    Outcome answer(const Request& request);
    void tell(const Request& request, const Outcome& outcome);

    // UI thread only
    SourceOpener opener_;
    int video_ = 0;

    // guarded by mutex_
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<Request> wanted_;
    std::stop_source running_{std::nostopstate};

    // worker thread only
    const CaptionerLoader loader_;
    std::unique_ptr<Captioner> captioner_;
    std::unique_ptr<FrameSource> source_;
    int sourceVideo_ = -1;

    std::jthread thread_;
};

}  // namespace sightline
