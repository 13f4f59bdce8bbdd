#include "core/annotate/annotate_file.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/annotate/annotate_journal.h"
#include "core/annotate/former_file.h"
#include "core/annotate/work_lock.h"
#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/captions/project_editor.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/writing/burn_in.h"
#include "core/media/writing/subtitle_muxer.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

constexpr const char* kTrackTitle = "Descriptions";

std::string nowText() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

class FileRun {
public:
    FileRun(const AnnotateJob& job, Captioner& captioner, const AnnotateFileOptions& options,
            const std::function<void(double)>& progress, const std::stop_token& stop)
        : job_(job), captioner_(captioner), options_(options), progress_(progress), stop_(ended_.get_token()),
          onStop_(stop, [this] { ended_.request_stop(); }), project_(job.output.string() + kProjectExtension),
          outputs_(job, options.existing) {
        if (options.description) {
            AudioDescription description = *options.description;
            description.narration.shorter = shorterWords(job.input, captioner, stop_);
            description_.emplace(job, std::move(description), stop_);
        }
    }

    Result<AnnotateFileOutcome> run() {
        std::error_code status;
        std::filesystem::create_directories(job_.output.parent_path(), status);
        if (status) {
            return fail(ErrorCode::Io, fmt::format("Cannot make the folder {}: {}. Choose another folder for -o.",
                                                   job_.output.parent_path().string(), status.message()));
        }
        auto source = referTo(job_.input);
        if (!source) {
            return tl::unexpected(source.error());
        }
        source_ = std::move(*source);
        if (isForeignAndComplete()) {
            leaveAllAlone();
            return std::move(outcome_);
        }
        auto attempt = WorkLock::acquire(job_.output.string() + ".sightline-lock");
        if (!attempt) {
            return tl::unexpected(attempt.error());
        }
        if (!attempt->lock) {
            outcome_.busy = fmt::format("{} is being captioned by {}.", job_.input.string(), attempt->owner);
            return std::move(outcome_);
        }
        const auto lock = std::move(attempt->lock);
        const std::stop_callback onLost(lock->lost(), [this] { ended_.request_stop(); });
        auto done = runLocked();
        editor_.reset();  // before the lock: whoever gets that next opens the project
        if (!done && lock->lost().stop_requested()) {
            AnnotateFileOutcome lost;
            lost.busy = fmt::format("{} was taken over by another run, because this one stood still for too long.",
                                    job_.input.string());
            return lost;
        }
        return done;
    }

private:
    Result<AnnotateFileOutcome> runLocked() {
        if (auto opened = open(); !opened) {
            return tl::unexpected(opened.error());
        }
        const bool isCaptioned = this->isCaptioned();
        if (!isCaptioned && editor_->project().captioner && options_.existing == Existing::Skip) {
            outputs_.renewOurs();  // which hold what was captioned so far
        }
        if (!isCaptioned || options_.existing != Existing::Skip) {
            if (auto done = annotate(); !done) {
                forgetIfEmpty();
                return tl::unexpected(done.error());
            }
        }
        writeOutputs();
        return std::move(outcome_);
    }

    bool isWhole() const {
        return options_.annotate.from == MediaTime::zero() && options_.annotate.to == MediaTime::max();
    }

    // Whether the captioner went over all that is asked for.
    bool isCaptioned() const {
        const Project& project = editor_->project();
        const MediaTime duration = project.track.videoDuration;
        TimeRange wanted{options_.annotate.from, options_.annotate.to};
        if (duration > MediaTime::zero()) {
            wanted.end = std::min(wanted.end, duration);
        }
        return project.captioner && (project.captioned.empty() || without(wanted, project.captioned).empty());
    }

    bool isForeignAndComplete() {
        return options_.existing == Existing::Skip && isNothingMissing() && !isTaken(project_);
    }

    // Whether all that was asked for is there, by whomever. Without an output asked for the project is what is made.
    bool isNothingMissing() {
        const auto isCopyThere = [&] {
            const auto& target = copyPath();
            return target && isTaken(*target);
        };
        const bool isDescribed = description_.has_value();
        return !options_.collects && (!options_.formats.empty() || options_.mux || options_.burnIn || isDescribed) &&
               (!isDescribed ||
                std::ranges::all_of(description_->files(), [](const auto& path) { return isTaken(path); })) &&
               std::ranges::all_of(options_.formats,
                                   [&](const SubtitleFormat* format) { return isTaken(exportPath(job_, *format)); }) &&
               (!options_.mux || isCopyThere()) && (!options_.burnIn || isTaken(burnInPath(job_)));
    }

    // Found once, because the video is opened for it.
    const Result<std::filesystem::path>& copyPath() {
        if (!copyPath_) {
            copyPath_ = muxPath(job_, stop_);
        }
        return *copyPath_;
    }

    void leaveAllAlone() {
        for (const SubtitleFormat* format : options_.formats) {
            outputs_.leaveAlone(exportPath(job_, *format), outcome_.outputs);
        }
        if (options_.mux) {
            if (const auto& target = copyPath()) {
                outputs_.leaveAlone(*target, outcome_.outputs);
            }
        }
        if (options_.burnIn) {
            outputs_.leaveAlone(burnInPath(job_), outcome_.outputs);
        }
        if (description_) {
            for (const auto& path : description_->files()) {
                outputs_.leaveAlone(path, outcome_.outputs);
            }
        }
    }

    Result<void> open() {
        if (!isTaken(project_)) {
            isNew_ = true;
            auto there = checkRange();
            return there ? create({}) : there;
        }
        auto editor = ProjectEditor::open(project_);
        if (options_.existing == Existing::Replace) {
            return replaceProject(editor);
        }
        if (!editor) {
            return tl::unexpected(editor.error());
        }
        editor_ = std::move(*editor);
        if (editor_->project().source.fingerprint != source_.fingerprint) {
            return fail(ErrorCode::Unsupported,
                        fmt::format("{} holds captions of another video than {}. Choose another folder for -o, or "
                                    "--existing replace to write over them.",
                                    project_.string(), job_.input.string()));
        }
        auto taken = outputs_.takeOverEdits(*editor_, options_.formats);
        if (!taken) {
            return tl::unexpected(taken.error());
        }
        outcome_.takenOver = std::move(*taken);
        return {};
    }

    // The former project stays beside the new one, unless all that is in it can be made again.
    Result<void> replaceProject(Result<std::unique_ptr<ProjectEditor>>& former) {
        if (!former && former.error().code == ErrorCode::Device) {  // open in another program
            return tl::unexpected(former.error());
        }
        if (auto there = checkRange(); !there) {
            return there;
        }
        std::vector<OutputRecord> outputs;
        bool isOursAlone = false;
        if (former) {
            const Project& project = (*former)->project();
            outputs = project.outputs;
            isOursAlone = project.source.fingerprint == source_.fingerprint && project.cleared.empty() &&
                          std::ranges::none_of(project.track.cues, isPeoples);
            if ((*former)->modified()) {
                if (auto saved = (*former)->save(); !saved) {
                    return saved;
                }
            }
            former->reset();
        }
        if (!isOursAlone) {
            auto kept = keepFormerFile(project_);
            if (!kept) {
                return tl::unexpected(kept.error());
            }
            outcome_.outputs.former.push_back(std::move(*kept));
        }
        return create(std::move(outputs));
    }

    Result<void> openVideo() {
        if (!video_) {
            auto video = openVideoFile(job_.input, kForReadingThrough);
            if (!video) {
                return tl::unexpected(video.error());
            }
            video_ = std::move(*video);
        }
        return {};
    }

    Result<void> create(std::vector<OutputRecord> outputs) {
        if (auto video = openVideo(); !video) {  // before anything is left on the disk
            return video;
        }
        Project project;
        project.source = source_;
        project.track.title = kTrackTitle;
        project.track.videoName = job_.input.filename().string();
        project.outputs = std::move(outputs);
        if (options_.existing != Existing::Replace) {
            // Captions that lie there were made by people or by another program: they count as edited.
            project.track.cues = outputs_.foreignCues(options_.formats);
        }
        auto editor = ProjectEditor::create(project_, std::move(project));
        if (!editor) {
            return tl::unexpected(editor.error());
        }
        editor_ = std::move(*editor);
        return {};
    }

    // A video that turns out to be unreadable leaves no project behind.
    void forgetIfEmpty() {
        if (isNew_ && !hasNotes_) {
            editor_.reset();
            std::error_code ignored;
            std::filesystem::remove(project_, ignored);
        }
    }

    tl::unexpected<Error> nothingInRange() const {
        const MediaTime from = options_.annotate.from;
        const MediaTime to = options_.annotate.to;
        const MediaTime duration = video_->description().duration;
        const bool isBeyond = duration > MediaTime::zero() && from >= duration;
        const bool hasEnd = !isBeyond && to < MediaTime::max();
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot caption {} from {} s on: {}. Choose an earlier time for --from{}.",
                                job_.input.string(), formatSeconds(from),
                                isBeyond ? fmt::format("it ends at {} s", formatSeconds(duration))
                                : hasEnd ? fmt::format("no picture begins before {} s", formatSeconds(to))
                                         : "no picture begins there",
                                hasEnd ? ", or a later one for --to" : ""));
    }

    // Before anything is written: a time behind the end leaves nothing to caption. Headers may tell too little, so the
    // picture that is there decides.
    Result<void> checkRange() {
        const MediaTime from = options_.annotate.from;
        if (auto video = openVideo(); !video) {
            return video;
        }
        const MediaTime duration = video_->description().duration;
        if (from == MediaTime::zero() || duration == MediaTime::zero() || from < duration) {
            return {};
        }
        if (auto sought = video_->seek(from); !sought) {
            return sought;
        }
        const auto picture = video_->read();
        if (picture && picture->pts + picture->duration <= from) {
            return nothingInRange();
        }
        return {};
    }

    Result<void> annotate() {
        if (auto video = openVideo(); !video) {
            return video;
        }
        const auto& settings = options_.annotate;
        auto journal = AnnotateJournal::open(
            job_.output.string() + ".sightline-run",
            fmt::format("annotation 1 {} {} beams {} every {} from {} to {}", source_.fingerprint,
                        captioner_.manifest().sha256, settings.search.beams, settings.sampling.interval.count(),
                        settings.from.count(), settings.to.count()));
        if (!journal) {
            return tl::unexpected(journal.error());
        }
        const MediaTime duration = video_->description().duration;
        const MediaTime end = duration > MediaTime::zero() ? std::min(duration, settings.to) : settings.to;
        auto annotation = annotateVideo(
            *video_, captioner_, settings, journal->notes(),
            [&] {
                if (auto kept = journal->keep(); !kept) {
                    logger("app")->warn("{}", kept.error().message);
                }
                progress_(toSeconds(journal->notes().certain - settings.from) / toSeconds(end - settings.from));
            },
            stop_);
        if (!annotation) {
            hasNotes_ = !journal->notes().captions.empty();
            if (!hasNotes_) {
                journal->remove();
            } else if (auto kept = journal->keepAll(); !kept) {
                logger("app")->warn("{}", kept.error().message);
            }
            return tl::unexpected(annotation.error());
        }
        if (settings.from > MediaTime::zero() && journal->notes().captions.empty()) {
            journal->remove();
            return annotation->cutShort ? tl::unexpected(*annotation->cutShort) : nothingInRange();
        }
        outcome_.captioned = true;
        outcome_.times = annotation->times;
        if (annotation->cutShort) {
            outcome_.cutShort = annotation->cutShort->message;
        }
        // Known better now where the headers knew only a part of it.
        return keep(std::move(*annotation), video_->description().duration, *journal);
    }

    Result<void> keep(Annotation annotation, MediaTime duration, AnnotateJournal& journal) {
        editor_->setVideoDuration(duration);
        const Manifest& model = captioner_.manifest();
        const Provenance by{"sightline " SIGHTLINE_VERSION, model.name,       model.sha256,
                            options_.annotate.search.beams, options_.quality, nowText()};
        const TimeRange range{options_.annotate.from, options_.annotate.to};
        auto kept = isWhole() ? editor_->takeAnnotation(by, annotation.shots(), annotation.cues)
                              : editor_->takeAnnotation(by, range, annotation.shots(), annotation.cues);
        if (kept) {
            journal.remove();
        }
        return kept;
    }

    void writeOutputs() {
        const CueTrack& track = editor_->project().track;
        outcome_.track = track;
        outcome_.cues = track.cues.size();
        outcome_.edited = static_cast<std::size_t>(std::ranges::count_if(track.cues, isPeoples));
        for (const SubtitleFormat* format : options_.formats) {
            outputs_.writeCaptions(*editor_, *format, outcome_.outputs);
        }
        if (options_.mux) {
            if (const auto& target = copyPath()) {
                outputs_.writeVideo(
                    *editor_, *target, [&] { return mux(track, *target); }, outcome_.outputs);
            } else {
                outcome_.outputs.failed.push_back(target.error());
            }
        }
        if (options_.burnIn) {
            outputs_.writeVideo(
                *editor_, burnInPath(job_), [&] { return burnIn(track); }, outcome_.outputs);
        }
        if (description_) {
            describe();
        }
    }

    void describe() {
        const auto writeOne = [this](const std::filesystem::path& path, const std::function<Result<void>()>& write) {
            outputs_.writeVideo(*editor_, path, write, outcome_.outputs);
            return !stop_.stop_requested();
        };
        if (auto done = description_->write(editor_->project(), writeOne, progress_); !done) {
            outcome_.outputs.failed.push_back(done.error());
        }
        if (const Narration* narration = description_->narration()) {
            outcome_.description = reportOf(*narration);
        }
    }

    Result<void> mux(const CueTrack& track, const std::filesystem::path& target) const {
        std::vector<SubtitleText> texts;
        for (const Cue& cue : track.cues) {
            texts.push_back({cue.start, cue.end, cue.text});
        }
        return muxSubtitles(job_.input, target, texts, {track.language, track.title, true, true}, {}, stop_);
    }

    Result<void> burnIn(const CueTrack& track) const {
        BurnInOptions burnIn;
        burnIn.threads = options_.encoderThreads;
        burnIn.overwrite = true;
        burnIn.look = options_.look;
        const double duration = toSeconds(track.videoDuration);
        return burnInSubtitles(
            job_.input, burnInPath(job_), findSubtitleFormat("ass")->write(track), burnIn,
            [&](MediaTime time) { progress_(duration > 0 ? toSeconds(time) / duration : 0.0); }, stop_);
    }

    const AnnotateJob& job_;
    Captioner& captioner_;
    const AnnotateFileOptions& options_;
    const std::function<void(double)>& progress_;
    std::stop_source ended_;  // by the caller, or because the lock was lost
    const std::stop_token stop_;
    const std::stop_callback<std::function<void()>> onStop_;
    const std::filesystem::path project_;
    SourceReference source_;
    AnnotateOutputs outputs_;
    std::optional<Result<std::filesystem::path>> copyPath_;
    std::optional<DescriptionOutputs> description_;
    std::unique_ptr<FrameSource> video_;
    std::unique_ptr<ProjectEditor> editor_;
    bool isNew_ = false;     // the project
    bool hasNotes_ = false;  // a run that failed has found something
    AnnotateFileOutcome outcome_;
};

}  // namespace

Result<AnnotateFileOutcome> annotateFile(const AnnotateJob& job, Captioner& captioner,
                                         const AnnotateFileOptions& options,
                                         const std::function<void(double)>& progress, const std::stop_token& stop) {
    return FileRun(job, captioner, options, progress, stop).run();
}

}  // namespace sightline
