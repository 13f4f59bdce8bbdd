#include "ui/video/annotation_runner.h"

#include <QCoreApplication>
#include <QDateTime>

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(100);
constexpr auto kGrowEvery = std::chrono::seconds(1);

QString clockText(std::chrono::duration<double> time) {
    const auto seconds = static_cast<qint64>(time.count() + 0.5);
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace

void AnnotationRunner::start(SourceOpener opener, CaptionerLoader loader, const TimeRange& range) {
    abandon();
    thread_ = std::jthread([this, opener = std::move(opener), loader = std::move(loader), range,
                            number = number_](const std::stop_token& stop) {
        nameThisThread("annotate");
        // shared_ptr, because queued calls are copied
        auto outcome = std::make_shared<Outcome>(annotate(stop, opener, loader, range, number));
        later(number, [this, outcome] { finish(*outcome); });
    });
    emit progressed(-1.0, tr("Starting…"));
}

void AnnotationRunner::cancel() { thread_.request_stop(); }

void AnnotationRunner::abandon() {
    ++number_;
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

void AnnotationRunner::later(int number, std::function<void()> call) {
    QMetaObject::invokeMethod(
        this,
        [this, number, call = std::move(call)] {
            if (number == number_) {
                call();
            }
        },
        Qt::QueuedConnection);
}

AnnotationRunner::Outcome AnnotationRunner::annotate(const std::stop_token& stop, const SourceOpener& opener,
                                                     const CaptionerLoader& loader, const TimeRange& range,
                                                     int number) {
    auto source = opener();
    if (!source) {
        return tl::unexpected(source.error());
    }
    auto captioner = loader();
    if (!captioner) {
        return tl::unexpected(captioner.error());
    }
    const MediaTime end = std::min(range.end, (*source)->description().duration);
    const double duration = toSeconds(end - range.start);
    AnnotateOptions options;
    options.from = range.start;
    options.to = range.end;
    options.search = (*captioner)->defaultSearch();
    AnnotationNotes notes;
    const auto started = std::chrono::steady_clock::now();
    auto told = started;
    auto grown = started;
    auto annotation = annotateVideo(
        **source, **captioner, options, notes,
        [&] {
            const auto now = std::chrono::steady_clock::now();
            if (now - told < kTellEvery) {
                return;
            }
            told = now;
            if (now - grown >= kGrowEvery && notes.certain > range.start) {
                grown = now;
                const TimeRange read{range.start, notes.certain};
                const auto cues = std::make_shared<std::vector<Cue>>(
                    buildCues(notes.captions, notes.boundaries, read.start, read.end, options.cues).cues);
                later(number, [this, read, cues] { emit grew(read, *cues); });
            }
            const double position = std::max(0.0, toSeconds(notes.certain - range.start));
            const double fraction = duration > 0.0 ? std::min(1.0, position / duration) : -1.0;
            QString text = clockText(std::chrono::duration<double>(position));
            if (fraction > 0.0) {
                const auto left = std::chrono::duration<double>(now - started) * ((1.0 - fraction) / fraction);
                text = tr("%1 of %2, %3 left")
                           .arg(text, clockText(std::chrono::duration<double>(duration)), clockText(left));
            }
            later(number, [this, fraction, text] { emit progressed(fraction, text); });
        },
        stop);
    if (!annotation) {
        return tl::unexpected(annotation.error());
    }
    const Manifest& model = (*captioner)->manifest();
    const QString program = QStringLiteral("sightline ") + QCoreApplication::applicationVersion();
    const QString made = QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    return AnnotationResult{
        std::move(*annotation),
        {program.toStdString(), model.name, model.sha256, options.search.beams, "balanced", made.toStdString()}};
}

void AnnotationRunner::finish(const Outcome& outcome) {
    thread_.join();
    if (outcome) {
        emit succeeded(*outcome);
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        emit cancelled();
    } else {
        logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
        emit failed(QString::fromStdString(outcome.error().message));
    }
}

}  // namespace sightline
