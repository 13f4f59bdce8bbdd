#include "ui/video/annotation_runner.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDateTime>

#include <fmt/format.h>

#include "core/annotate/annotate_journal.h"
#include "core/base/logging.h"
#include "ui/clock_text.h"
#include "ui/error_text.h"

namespace sightline {
namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(100);
constexpr auto kGrowEvery = std::chrono::seconds(1);

QString roundedText(double seconds) { return clockText(std::chrono::seconds(static_cast<qint64>(seconds + 0.5))); }

void keepNotes(const Result<void>& kept) {
    if (!kept) {
        logger("ui")->warn("{}", kept.error().message);
    }
}

// Empty where nothing is kept: the run goes on all the same.
std::optional<AnnotateJournal> openJournal(const AnnotationRunner::Notes& kept, const Captioner& captioner,
                                           const AnnotateOptions& options) {
    if (kept.file.empty()) {
        return std::nullopt;
    }
    auto journal = AnnotateJournal::open(
        kept.file, fmt::format("window 1 {} {} beams {} every {}", kept.video, captioner.manifest().sha256,
                               options.search.beams, options.sampling.interval.count()));
    if (!journal) {
        logger("ui")->warn("{}", journal.error().message);
        return std::nullopt;
    }
    return std::move(*journal);
}

}  // namespace

void AnnotationRunner::start(SourceOpener opener, CaptionerLoader loader, const TimeRange& range, Notes notes) {
    run_.start("annotate",
               [this, opener = std::move(opener), loader = std::move(loader), range, notes = std::move(notes)](
                   const std::stop_token& stop, const BackgroundRun::Teller& teller) {
                   // shared_ptr, because queued calls are copied
                   auto outcome = std::make_shared<Outcome>(annotate(stop, teller, opener, loader, range, notes));
                   teller.end([this, outcome] { finish(*outcome); });
               });
    emit progressed(-1.0, tr("Starting…"));
}

AnnotationRunner::Outcome AnnotationRunner::annotate(const std::stop_token& stop, const BackgroundRun::Teller& teller,
                                                     const SourceOpener& opener, const CaptionerLoader& loader,
                                                     const TimeRange& range, const Notes& kept) {
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
    std::optional<AnnotateJournal> journal = openJournal(kept, **captioner, options);
    AnnotationNotes fresh;
    AnnotationNotes& notes = journal ? journal->notes() : fresh;
    const MediaTime resumed = notes.certain;
    const auto started = std::chrono::steady_clock::now();
    auto told = started;
    auto grown = started;
    auto annotation = annotateVideo(
        **source, **captioner, options, notes,
        [&] {
            if (journal) {
                keepNotes(journal->keep());
            }
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
                teller.tell([this, read, cues] { emit grew(read, *cues); });
            }
            const double position = std::max(0.0, toSeconds(notes.certain - range.start));
            const double fraction = duration > 0.0 ? std::min(1.0, position / duration) : -1.0;
            QString text = roundedText(position);
            const double done = duration > 0.0 ? fraction - toSeconds(resumed - range.start) / duration : 0.0;
            if (done > 0.0) {
                const double left = toSeconds(now - started) * ((1.0 - fraction) / done);
                text = tr("%1 of %2, %3 left").arg(text, roundedText(duration), roundedText(left));
            }
            teller.tell([this, fraction, text] { emit progressed(fraction, text); });
        },
        stop);
    if (!annotation) {
        if (journal && notes.captions.empty()) {
            journal->remove();
        } else if (journal) {
            keepNotes(journal->keepAll());
        }
        return tl::unexpected(annotation.error());
    }
    if (journal) {
        journal->remove();
    }
    const Manifest& model = (*captioner)->manifest();
    const QString program = QStringLiteral("sightline ") + QCoreApplication::applicationVersion();
    const QString made = QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    return AnnotationResult{
        std::move(*annotation),
        {program.toStdString(), model.name, model.sha256, options.search.beams, "balanced", made.toStdString()}};
}

void AnnotationRunner::finish(const Outcome& outcome) {
    if (outcome) {
        logger("ui")->info("Captioned: {} cues", outcome->annotation.cues.size());
        emit succeeded(*outcome);
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        emit cancelled();
    } else {
        logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
        emit failed(errorText(outcome.error()));
    }
}

}  // namespace sightline
