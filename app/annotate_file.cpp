#include "app/annotate_file.h"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/annotate_journal.h"
#include "core/base/logging.h"
#include "core/captions/project_editor.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/writing/burn_in.h"
#include "core/media/writing/copy_target.h"
#include "core/media/writing/subtitle_muxer.h"
#include "core/subtitles/subtitle_file.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

constexpr const char* kTrackTitle = "Descriptions";

std::string nowText() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

class FileRun {
public:
    FileRun(const AnnotateJob& job, Captioner& captioner, const AnnotateFileOptions& options,
            const std::function<void(double)>& progress, const std::stop_token& stop)
        : job_(job), captioner_(captioner), options_(options), progress_(progress), stop_(stop),
          project_(job.output.string() + kProjectExtension) {}

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
        auto opened = open();
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        if (!editor_->project().captioner || options_.existing != Existing::Skip) {
            if (auto done = annotate(); !done) {
                return tl::unexpected(done.error());
            }
        }
        return exportAll();
    }

private:
    Result<void> open() {
        std::error_code ignored;
        const bool there = std::filesystem::exists(project_, ignored);
        if (!there || options_.existing == Existing::Replace) {
            return create();
        }
        auto editor = ProjectEditor::open(project_);
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
        return {};
    }

    Result<void> create() {
        Project project;
        project.source = source_;
        project.track.title = kTrackTitle;
        project.track.videoName = job_.input.filename().string();
        if (options_.existing != Existing::Replace) {
            takeOverSubtitles(project);
        }
        auto editor = ProjectEditor::create(project_, std::move(project));
        if (!editor) {
            return tl::unexpected(editor.error());
        }
        editor_ = std::move(*editor);
        return {};
    }

    // Captions that lie there without a project were made by people or by another program: they count as edited, so
    // neither a skip nor a new run touches them.
    void takeOverSubtitles(Project& project) const {
        for (const SubtitleFormat* format : options_.formats) {
            std::error_code ignored;
            const auto path = exportPath(job_, *format);
            if (!std::filesystem::exists(path, ignored)) {
                continue;
            }
            const auto file = readSubtitleFile(path);
            if (file && !file->reading.track.cues.empty()) {
                project.track.cues = file->reading.track.cues;
                for (Cue& cue : project.track.cues) {
                    cue.origin = CueOrigin::Edited;
                }
                return;
            }
        }
    }

    Result<void> annotate() {
        auto video = openVideoFile(job_.input);
        if (!video) {
            return tl::unexpected(video.error());
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
        const MediaTime duration = (*video)->description().duration;
        const MediaTime end = duration > MediaTime::zero() ? std::min(duration, settings.to) : settings.to;
        auto annotation = annotateVideo(
            **video, captioner_, settings, journal->notes(),
            [&] {
                if (auto kept = journal->keep(); !kept) {
                    logger("app")->warn("{}", kept.error().message);
                }
                progress_(toSeconds(journal->notes().certain - settings.from) / toSeconds(end - settings.from));
            },
            stop_);
        if (!annotation) {
            if (auto kept = journal->keepAll(); !kept) {
                logger("app")->warn("{}", kept.error().message);
            }
            return tl::unexpected(annotation.error());
        }
        outcome_.captioned = true;
        outcome_.times = annotation->times;
        if (annotation->cutShort) {
            outcome_.cutShort = annotation->cutShort->message;
        }
        return keep(std::move(*annotation), duration, *journal);
    }

    Result<void> keep(Annotation annotation, MediaTime duration, AnnotateJournal& journal) {
        editor_->setVideoDuration(duration);
        const Manifest& model = captioner_.manifest();
        auto kept = editor_->takeAnnotation({"sightline " SIGHTLINE_VERSION, model.name, model.sha256,
                                             options_.annotate.search.beams, options_.quality, nowText()},
                                            annotation.shots(), std::move(annotation.cues));
        if (kept) {
            journal.remove();
        }
        return kept;
    }

    Result<AnnotateFileOutcome> exportAll() {
        const CueTrack& track = editor_->project().track;
        outcome_.cues = track.cues.size();
        outcome_.edited = static_cast<std::size_t>(std::ranges::count(track.cues, CueOrigin::Edited, &Cue::origin));
        for (const SubtitleFormat* format : options_.formats) {
            const auto path = exportPath(job_, *format);
            std::error_code ignored;
            if (!outcome_.captioned && std::filesystem::exists(path, ignored)) {
                continue;
            }
            if (auto written = writeSubtitleFile(track, path, *format); !written) {
                return tl::unexpected(written.error());
            }
            outcome_.written.push_back(path);
        }
        if (auto copied = copyVideo(track); !copied) {
            return tl::unexpected(copied.error());
        }
        return std::move(outcome_);
    }

    bool isDue(bool wanted, const std::filesystem::path& path) const {
        std::error_code ignored;
        return wanted && (outcome_.captioned || !std::filesystem::exists(path, ignored));
    }

    Result<void> copyVideo(const CueTrack& track) {
        Result<std::filesystem::path> muxTarget;
        if (options_.mux && !(muxTarget = muxPath(job_, stop_))) {
            return tl::unexpected(muxTarget.error());
        }
        if (const auto& path = *muxTarget; isDue(options_.mux, path)) {
            std::vector<SubtitleText> texts;
            for (const Cue& cue : track.cues) {
                texts.push_back({cue.start, cue.end, cue.text});
            }
            const SubtitleMuxOptions mux{track.language, track.title, true, true};
            if (auto done = muxSubtitles(job_.input, path, texts, mux); !done) {
                return done;
            }
            outcome_.written.push_back(path);
        }
        if (const auto path = burnInPath(job_); isDue(options_.burnIn, path)) {
            BurnInOptions burnIn;
            burnIn.threads = options_.encoderThreads;
            burnIn.overwrite = true;
            const double duration = toSeconds(track.videoDuration);
            auto done =
                burnInSubtitles(job_.input, path, findSubtitleFormat("ass")->write(track), burnIn,
                                [&](MediaTime time) { progress_(duration > 0 ? toSeconds(time) / duration : 0.0); });
            if (!done) {
                return done;
            }
            outcome_.written.push_back(path);
        }
        return {};
    }

    const AnnotateJob& job_;
    Captioner& captioner_;
    const AnnotateFileOptions& options_;
    const std::function<void(double)>& progress_;
    const std::stop_token& stop_;
    const std::filesystem::path project_;
    SourceReference source_;
    std::unique_ptr<ProjectEditor> editor_;
    AnnotateFileOutcome outcome_;
};

}  // namespace

std::filesystem::path exportPath(const AnnotateJob& job, const SubtitleFormat& format) {
    // Two formats may share an extension.
    const std::string kind = format.name() == format.extension() ? "" : fmt::format(".{}", format.name());
    return fmt::format("{}{}.{}", job.output.string(), kind, format.extension());
}

Result<std::filesystem::path> muxPath(const AnnotateJob& job, const std::stop_token& stop) {
    return copyTargetFor(job.input, job.output.string() + ".captioned", stop);
}

std::filesystem::path burnInPath(const AnnotateJob& job) { return job.output.string() + ".burned-in.mp4"; }

Result<AnnotateFileOutcome> annotateFile(const AnnotateJob& job, Captioner& captioner,
                                         const AnnotateFileOptions& options,
                                         const std::function<void(double)>& progress, const std::stop_token& stop) {
    return FileRun(job, captioner, options, progress, stop).run();
}

}  // namespace sightline
