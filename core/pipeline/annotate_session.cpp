#include "core/pipeline/annotate_session.h"

#include <algorithm>
#include <thread>

#include "core/base/thread_name.h"
#include "core/pipeline/bounded_queue.h"

namespace sightline {
namespace {

constexpr std::size_t kFramesAhead = 8;                      // as in file_session.cpp
constexpr MediaTime kWarmUp = 2 * ShotDetector::kLookAhead;  // read again before the point where a run goes on

// A frame to caption, and what was found since the one before. The last one has no frame.
struct Found {
    std::optional<Frame> frame;
    std::vector<ShotBoundary> boundaries;
    MediaTime certain{};
};

using WallClock = std::chrono::steady_clock;

// The capture thread's work.
class Scan {
public:
    Scan(FrameSource& source, const AnnotateOptions& options, MediaTime resumeAt, BoundedQueue<Found>& queue)
        : source_(source), options_(options), resumeAt_(resumeAt), queue_(queue), picker_(options.sampling) {}

    void run(const std::stop_token& stop) {
        nameThisThread("capture");
        const auto started = WallClock::now();
        const MediaTime begin = std::max(options_.from, resumeAt_ - kWarmUp);
        if (begin > options_.from) {
            seek(options_.from);
            if (const auto first = source_.read()) {
                begin_ = std::max(options_.from, first->pts);
            }
        }
        if (begin > MediaTime::zero()) {
            seek(begin);
        }
        times_.read += WallClock::now() - started;
        while (!problem_ && !stop.stop_requested() && step(stop)) {
        }
        Found last{std::nullopt, std::move(pending_), end_};
        keepNew(last.boundaries, detector_.finish());
        queue_.push(std::move(last), stop);
        queue_.close();
    }

    // After the thread has ended.
    const AnnotateTimes& times() const { return times_; }
    MediaTime begin() const { return begin_.value_or(options_.from); }  // of what is on screen
    MediaTime end() const { return end_; }
    const std::optional<Error>& problem() const { return problem_; }

private:
    void seek(MediaTime time) {
        if (auto sought = source_.seek(time); !sought) {
            problem_ = sought.error();
        }
    }

    bool step(const std::stop_token& stop) {
        const auto started = WallClock::now();
        auto glimpse = source_.glimpse();
        const auto read = WallClock::now();
        times_.read += read - started;
        if (!glimpse) {
            if (glimpse.error().code != ErrorCode::EndOfStream) {
                problem_ = glimpse.error();
            } else if (source_.description().duration - end_ > ShotDetector::kStill) {
                end_ = std::min(source_.description().duration, options_.to);  // the last picture stays to there
            }
            stand(end_, stop);
            return false;
        }
        const MediaTime pts = glimpse->frame.pts;
        begin_ = begin_.value_or(std::max(options_.from, pts));
        if (!stand(std::min(pts, options_.to), stop) || pts >= options_.to) {
            return false;
        }
        ++times_.frames;
        const MediaTime end = pts + glimpse->frame.duration;
        times_.covered = std::max(times_.covered, end - std::max(options_.from, resumeAt_));
        end_ = std::max(end_, std::min(end, options_.to));
        signature_ = FrameSignature::of(*glimpse);
        keepNew(pending_, detector_.push(signature_, pts));
        shown_ = std::move(*glimpse);
        const bool wanted = isWanted(pts);
        times_.detect += WallClock::now() - read;
        return !wanted || take(pts, stop);
    }

    bool isWanted(MediaTime time) {
        return time >= std::max(resumeAt_, options_.from) && picker_.wants(signature_, time);
    }

    // The latest picture is on screen until `until`. If that is for long, it may be worth a caption at a later time
    // than its first, too; one is enough, as it stays the same.
    bool stand(MediaTime until, const std::stop_token& stop) {
        if (!shown_ || until - shown_->frame.pts <= ShotDetector::kStill) {
            return true;
        }
        for (MediaTime time = shown_->frame.pts + ShotDetector::kStillTick; time < until && !stop.stop_requested();
             time += ShotDetector::kStillTick) {
            if (isWanted(time)) {
                return take(time, stop);
            }
        }
        return true;
    }

    bool take(MediaTime time, const std::stop_token& stop) {
        auto frame = developed(*std::exchange(shown_, std::nullopt));
        if (!frame) {
            problem_ = frame.error();
            return false;
        }
        frame->pts = time;
        const MediaTime certain = std::max(resumeAt_, time - ShotDetector::kLookAhead);
        return queue_.push({std::move(*frame), std::exchange(pending_, {}), certain}, stop);
    }

    // Boundaries that an earlier run knows already are found again while the detector warms up.
    void keepNew(std::vector<ShotBoundary>& all, std::vector<ShotBoundary> found) const {
        std::ranges::copy_if(found, std::back_inserter(all),
                             [this](const ShotBoundary& boundary) { return boundary.time >= resumeAt_; });
    }

    FrameSource& source_;
    const AnnotateOptions& options_;
    const MediaTime resumeAt_;
    BoundedQueue<Found>& queue_;
    ShotDetector detector_;
    SamplePicker picker_;
    std::vector<ShotBoundary> pending_;
    std::optional<Error> problem_;
    AnnotateTimes times_;
    std::optional<MediaTime> begin_;
    MediaTime end_{};
    std::optional<FrameGlimpse> shown_;  // the latest, until it is taken
    FrameSignature signature_;
};

}  // namespace

std::vector<MediaTime> Annotation::shots() const {
    std::vector<MediaTime> starts;
    for (const ShotBoundary& boundary : boundaries) {
        starts.push_back(boundary.time);
    }
    return starts;
}

Result<Annotation> annotateVideo(FrameSource& source, Captioner& captioner, const AnnotateOptions& options,
                                 AnnotationNotes& notes, const std::function<void()>& progress,
                                 const std::stop_token& stop) {
    const auto started = WallClock::now();
    const MediaTime resumeAt = std::max(notes.certain, options.from);
    std::erase_if(notes.captions, [&](const SampledCaption& caption) { return caption.time >= notes.certain; });
    BoundedQueue<Found> queue(kFramesAhead);
    Scan scan(source, options, resumeAt, queue);
    std::jthread capture([&scan](const std::stop_token& captureStop) { scan.run(captureStop); });
    const auto abandon = [&] {
        source.interrupt();
        capture.request_stop();
        queue.close();
    };
    const std::stop_callback cancel(stop, abandon);

    std::chrono::nanoseconds captionTime{};
    while (auto found = queue.pop(stop)) {
        std::ranges::move(found->boundaries, std::back_inserter(notes.boundaries));
        notes.certain = std::max(notes.certain, found->certain);
        if (found->frame) {
            const auto before = WallClock::now();
            auto generated = captioner.caption(found->frame->image, options.search);
            captionTime += WallClock::now() - before;
            if (!generated) {
                abandon();
                return tl::unexpected(generated.error());
            }
            notes.captions.push_back({found->frame->pts, std::move(generated->text), generated->confidence});
        }
        progress();
    }
    capture.request_stop();
    capture.join();
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "Annotating was cancelled.");
    }
    if (scan.problem() && scan.times().frames == 0 && notes.captions.empty()) {
        return tl::unexpected(*scan.problem());
    }
    Annotation annotation;
    annotation.boundaries = notes.boundaries;
    annotation.cues = buildCues(notes.captions, notes.boundaries, scan.begin(), scan.end(), options.cues).cues;
    annotation.cutShort = scan.problem();
    annotation.times = scan.times();
    annotation.times.caption = captionTime;
    annotation.times.captions = notes.captions.size();
    annotation.times.wall = WallClock::now() - started;
    return annotation;
}

}  // namespace sightline
