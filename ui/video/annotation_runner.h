// Captions the video of a project in the background.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <QObject>
#include <QString>

#include "core/captions/project.h"
#include "core/captions/time_range.h"
#include "core/pipeline/annotate_session.h"
#include "ui/background_run.h"

namespace sightline {

// What a run that ended well made.
struct AnnotationResult {
    Annotation annotation;
    Provenance captioner;
};

// Lives on the UI thread; the run has a thread of its own and a captioner of its own. Signals arrive on the UI thread.
class AnnotationRunner final : public QObject {
    Q_OBJECT

public:
    using CaptionerLoader = std::function<Result<std::unique_ptr<Captioner>>()>;
    using SourceOpener = std::function<Result<std::unique_ptr<FrameSource>>()>;

    explicit AnnotationRunner(QObject* parent = nullptr) : QObject(parent) {}

    // Where a run keeps what it finds, so that a later one by the same model goes on from there, also after a crash.
    struct Notes {
        std::filesystem::path file;  // empty: nowhere; gone after a run that ended well
        std::string video;           // its fingerprint
    };

    // abandon()s a run that goes on. `range`: what of the video is captioned.
    void start(SourceOpener opener, CaptionerLoader loader, const TimeRange& range = {{}, MediaTime::max()},
               Notes notes = {});
    void cancel() { run_.cancel(); }    // soon cancelled() comes, or another end that was faster
    void abandon() { run_.abandon(); }  // waits for the caption that is being made; no more signals come
    bool running() const { return run_.running(); }

signals:
    void progressed(double fraction, const QString& text);           // 0..1, negative while unknown
    void grew(const TimeRange& read, const std::vector<Cue>& cues);  // what there is until now, about once a second
    void succeeded(const AnnotationResult& result);
    void failed(const QString& message);
    void cancelled();

private:
    using Outcome = Result<AnnotationResult>;

    Outcome annotate(const std::stop_token& stop, const BackgroundRun::Teller& teller, const SourceOpener& opener,
                     const CaptionerLoader& loader, const TimeRange& range, const Notes& kept);
    void finish(const Outcome& outcome);

    BackgroundRun run_;
};

}  // namespace sightline
