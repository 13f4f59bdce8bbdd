#include "app/annotate_command.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/exit_codes.h"
#include "app/interrupt_stop.h"
#include "app/load_captioner.h"
#include "app/model_file.h"
#include "app/progress_line.h"
#include "app/resource_files.h"
#include "core/annotate/annotate_collection.h"
#include "core/annotate/annotate_file.h"
#include "core/base/logging.h"
#include "core/base/machine.h"
#include "core/base/user_folders.h"
#include "core/inference/picture_views.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

struct QualitySettings {
    const char* name;
    int beams;  // 0: what the model asks for
    int views;
    MediaTime interval;
};

QualitySettings settingsOf(Quality quality) {
    using namespace std::chrono_literals;
    switch (quality) {
        case Quality::Fast: return {"fast", 1, 1, 2s};
        case Quality::Balanced: return {"balanced", 0, 1, 1s};
        case Quality::Best: return {"best", 0, kMostViews, 500ms};
    }
    return {};
}

constexpr auto kLookAgain = std::chrono::seconds(2);  // at files that other runs have

std::string counted(std::size_t cues) { return fmt::format("{} {}", cues, cues == 1 ? "cue" : "cues"); }

std::uint64_t bytesOf(const std::filesystem::path& path) {
    std::error_code status;
    const auto bytes = std::filesystem::file_size(path, status);
    return status ? 0 : bytes;
}

// A share of the wall time; stages run side by side, so shares do not add up to one.
std::string timingText(const AnnotateTimes& times) {
    const auto each = [](std::chrono::nanoseconds time, std::uint64_t count) {
        return toMilliseconds(time) / static_cast<double>(std::max<std::uint64_t>(1, count));
    };
    return fmt::format(
        "  {:.1f} s of video in {:.2f} s; capture thread: reading {:.2f} and shots {:.3f} ms a frame over {} frames; "
        "inference "
        "thread: {:.1f} ms a caption over {} captions\n",
        toSeconds(times.covered), toSeconds(times.wall), each(times.read, times.frames),
        each(times.detect, times.frames), times.frames, each(times.caption, times.captions), times.captions);
}

class Batch {
public:
    Batch(const AnnotateCommand& command, AnnotatePlan plan, AnnotateFileOptions options, std::stop_token stop,
          std::FILE* out)
        : command_(command), jobs_(std::move(plan.jobs)), missing_(plan.problems.size()), options_(std::move(options)),
          stop_(std::move(stop)), out_(out),
          progress_(
              stderr, jobs_.size(),
              std::accumulate(jobs_.begin(), jobs_.end(), std::uint64_t{0},
                              [](std::uint64_t sum, const AnnotateJob& job) { return sum + bytesOf(job.input); })) {
        for (const std::string& name : command.formats) {
            if (const CollectionKind* kind = findCollectionKind(name)) {
                collections_.push_back(
                    std::make_unique<AnnotateCollection>(*kind, command.outputFolder, command.existing));
            }
        }
    }

    // Takes files until none is left or it is to stop; runs on several threads with a captioner each.
    void work(Captioner& captioner) {
        for (std::size_t i = next_++; i < jobs_.size() && !stop_.stop_requested(); i = next_++) {
            const auto outcome = annotate(i, captioner, options_);
            if (outcome && !outcome->busy.empty()) {
                putOff(i, outcome->busy);
            } else {
                tell(jobs_[i], outcome);
            }
        }
        workOnBusyOnes(captioner);
    }

    int finish() {
        if (stop_.stop_requested()) {
            progress_.print(stderr, "sightline: stopped; the same command goes on from here.\n");
            return kExitInputFailed;
        }
        for (const auto& collection : collections_) {
            OutputOutcome outcome;
            collection->write(outcome);
            if (const std::string names = namesOf(outcome); !names.empty()) {
                progress_.print(out_, fmt::format("the captions of all videos{}\n", names));
            }
            tellProblems(outcome);
            failed_ += static_cast<int>(outcome.failed.size());
            leftAlone_ += static_cast<int>(outcome.leftAlone.size());
        }
        if (jobs_.size() > 1 || missing_ > 0) {
            fmt::print(out_, "{} files: {} captioned, {} kept, {} cut short, {} failed, {} with files left alone{}\n",
                       jobs_.size(), captioned_.load(), kept_.load(), cutShort_.load(), failed_.load(),
                       leftAlone_.load(), missing_ > 0 ? fmt::format(", {} inputs without a video", missing_) : "");
        }
        return failed_ + cutShort_ + leftAlone_ > 0 || missing_ > 0 ? kExitInputFailed : kExitOk;
    }

private:
    Result<AnnotateFileOutcome> annotate(std::size_t i, Captioner& captioner, const AnnotateFileOptions& options) {
        const AnnotateJob& job = jobs_[i];
        progress_.begin(i, job.input.filename().string(), bytesOf(job.input));
        auto outcome = annotateFile(
            job, captioner, options, [this, i](double fraction) { progress_.advance(i, fraction); }, stop_);
        progress_.end(i);
        return outcome;
    }

    void putOff(std::size_t i, const std::string& why) {
        logger("app")->info("{} It is looked at again when the others are done.", why);
        const std::lock_guard lock(busyMutex_);
        busy_.push_back(i);
    }

    // Files that other runs had: done by now, or their run was killed and they are this one's. What another run has
    // just done is not done again, whatever is asked about files that are there.
    void workOnBusyOnes(Captioner& captioner) {
        AnnotateFileOptions options = options_;
        options.existing = Existing::Skip;
        for (bool isTold = false; !stop_.stop_requested();) {
            std::optional<std::size_t> i;
            {
                const std::lock_guard lock(busyMutex_);
                if (busy_.empty()) {
                    return;
                }
                i = busy_.front();
                busy_.pop_front();
            }
            const auto outcome = annotate(*i, captioner, options);
            if (!outcome || outcome->busy.empty()) {
                tell(jobs_[*i], outcome);
                continue;
            }
            if (!std::exchange(isTold, true)) {
                progress_.print(stderr, fmt::format("sightline: {} Waiting for it.\n", outcome->busy));
            }
            {
                const std::lock_guard lock(busyMutex_);
                busy_.push_back(*i);
            }
            // Another machine cannot wake this one: its lock has to be looked at.
            std::unique_lock lock(busyMutex_);
            never_.wait_for(lock, stop_, kLookAgain, [] { return false; });
        }
    }

    static std::string namesOf(const OutputOutcome& outputs) {
        std::string names;
        for (const auto& path : outputs.written) {
            names += (&path == &outputs.written.front() ? " -> " : ", ") + path.string();
        }
        for (const auto& path : outputs.former) {
            names += (&path == &outputs.former.front() ? "; the former is kept as " : ", ") + path.string();
        }
        return names;
    }

    void tellProblems(const OutputOutcome& outputs) {
        for (const std::string& text : outputs.leftAlone) {
            progress_.print(stderr, fmt::format("sightline: {}\n", text));
        }
        for (const Error& error : outputs.failed) {
            if (error.code == ErrorCode::Cancelled) {
                continue;
            }
            logger("app")->info("{}", error.detail);
            progress_.print(stderr, fmt::format("sightline: {}\n", error.message));
        }
    }

    void tell(const AnnotateJob& job, const Result<AnnotateFileOutcome>& outcome) {
        if (!outcome) {
            if (outcome.error().code == ErrorCode::Cancelled) {
                return;
            }
            ++failed_;
            logger("app")->info("{}", outcome.error().detail);
            progress_.print(stderr, fmt::format("sightline: {}\n", outcome.error().message));
            progress_.print(out_, fmt::format("{}: failed\n", job.input.string()));
            return;
        }
        for (const auto& collection : collections_) {
            collection->add(job, outcome->track);
        }
        std::string line = fmt::format("{}: ", job.input.string());
        if (outcome->captioned) {
            const double wall = toSeconds(outcome->times.wall);
            line += counted(outcome->cues);
            if (outcome->edited > 0) {
                line += fmt::format(", {} of them edited", outcome->edited);
            }
            line += fmt::format(", {:.1f} x real time", wall > 0 ? toSeconds(outcome->times.covered) / wall : 0.0);
        } else {
            line += "kept, " + counted(outcome->cues);
        }
        for (const std::string& name : outcome->takenOver) {
            line += fmt::format(", edits of {} taken over", name);
        }
        const OutputOutcome& outputs = outcome->outputs;
        line += namesOf(outputs);
        if (!outputs.leftAlone.empty()) {
            line += fmt::format("; {} left alone", outputs.leftAlone.size());
        }
        if (!outputs.failed.empty()) {
            line += fmt::format("; {} failed", outputs.failed.size());
        }
        if (outcome->description) {
            line += fmt::format("; {} of {} said", outcome->description->said, counted(outcome->description->cues));
            if (outcome->description->frozen > MediaTime::zero()) {
                line += fmt::format(", the picture waits {:.1f} s for them", toSeconds(outcome->description->frozen));
            }
        }
        line += "\n";
        for (const std::string& unsaid :
             outcome->description ? outcome->description->unsaid : std::vector<std::string>()) {
            line += "  " + unsaid + "\n";
        }
        if (command_.timings && outcome->captioned) {
            line += timingText(outcome->times);
        }
        progress_.print(out_, line);
        tellProblems(outputs);
        leftAlone_ += outputs.leftAlone.empty() ? 0 : 1;
        if (!outcome->cutShort.empty()) {
            progress_.print(stderr, fmt::format("sightline: {}\n", outcome->cutShort));
        }
        if (!outputs.failed.empty()) {
            ++failed_;
        } else if (!outcome->cutShort.empty()) {
            ++cutShort_;
        } else {
            ++(outcome->captioned ? captioned_ : kept_);
        }
    }

    const AnnotateCommand& command_;
    const std::vector<AnnotateJob> jobs_;
    const std::size_t missing_;  // inputs without a job
    const AnnotateFileOptions options_;
    const std::stop_token stop_;
    std::FILE* const out_;
    std::vector<std::unique_ptr<AnnotateCollection>> collections_;
    ProgressLine progress_;
    std::mutex busyMutex_;
    std::condition_variable_any never_;
    std::deque<std::size_t> busy_;  // jobs that other runs have; guarded by busyMutex_
    std::atomic<std::size_t> next_ = 0;
    std::atomic<int> captioned_ = 0;
    std::atomic<int> kept_ = 0;
    std::atomic<int> cutShort_ = 0;
    std::atomic<int> failed_ = 0;
    std::atomic<int> leftAlone_ = 0;
};

MediaTime fromSeconds(double seconds) { return std::chrono::round<MediaTime>(std::chrono::duration<double>(seconds)); }

int annotateAll(const AnnotateCommand& command, const Settings& settings, const std::stop_token& stop, std::FILE* out) {
    if (command.describe) {  // told before hours of captioning, not after
        VoiceOptions voiceOptions;
        voiceOptions.patience = command.narration.patience;
        voiceOptions.stop = stop;
        if (const auto voice = openVoice(command.narration.voice, voiceOptions); !voice) {
            if (voice.error().code != ErrorCode::Cancelled) {
                fmt::print(stderr, "sightline: {}\n", voice.error().message);
                logger("app")->info("{}", voice.error().detail);
            }
            return kExitUsage;
        }
    }
    auto plan = planAnnotation(command.inputs, command.outputFolder);
    for (const Error& problem : plan.problems) {
        fmt::print(stderr, "sightline: {}\n", problem.message);
    }
    for (const auto& copy : plan.ownCopies) {
        fmt::print(out, "{}: left out, it is a copy that a run made\n", copy.string());
    }
    if (plan.jobs.empty()) {
        return kExitInputFailed;
    }
    if (command.shard.count > 1) {
        const std::size_t all = plan.jobs.size();
        std::erase_if(plan.jobs,
                      [&](const AnnotateJob& job) { return !isOfShard(job, command.outputFolder, command.shard); });
        fmt::print(out, "share {} of {}: {} of {} files\n", command.shard.index, command.shard.count, plan.jobs.size(),
                   all);
        std::fflush(out);
        if (plan.jobs.empty()) {
            return plan.problems.empty() ? kExitOk : kExitInputFailed;
        }
    }
    const QualitySettings quality = settingsOf(command.quality);
    const auto model = modelFile(settings.model);
    const std::size_t workers = std::min<std::size_t>(static_cast<std::size_t>(command.jobs), plan.jobs.size());
    const int threads = std::max(1, settings.threads / static_cast<int>(workers));
    std::vector<std::unique_ptr<Captioner>> captioners;
    for (std::size_t i = 0; i < workers; ++i) {
        auto captioner = loadObeying(model, std::make_shared<ThreadBudget>(threads),
                                     settings.views > 0 ? settings.views : quality.views);
        if (!captioner) {
            fmt::print(stderr, "sightline: {}\n", captioner.error().message);
            logger("app")->info("{}", captioner.error().detail);
            return kExitModel;
        }
        captioners.push_back(std::move(*captioner));
    }
    AnnotateFileOptions options;
    for (const std::string& name : command.formats) {
        if (findCollectionKind(name) != nullptr) {
            options.collects = true;
        } else {
            options.formats.push_back(findSubtitleFormat(name));
        }
    }
    options.existing = command.existing;
    options.quality = quality.name;
    options.encoderThreads = threads;
    options.mux = command.mux;
    options.burnIn = command.burnIn;
    options.look = command.look;
    if (command.describe) {
        options.description = AudioDescription{command.narration, true, true, command.sounds, command.scripts};
        options.description->narration.encoderThreads = threads;
        SpeechSearch& speech = options.description->narration.speech;
        speech.model = resourceFile("resources/silero_vad.jit");
        speech.cacheFolder = cacheFolder().empty() ? cacheFolder() : cacheFolder() / "speech";
        speech.threads = threads;
    }
    options.annotate.from = fromSeconds(command.fromSeconds);
    if (command.toSeconds > 0.0) {
        options.annotate.to = fromSeconds(command.toSeconds);
    }
    options.annotate.sampling.interval = quality.interval;
    options.annotate.search = captioners.front()->defaultSearch(settings.beams > 0 ? settings.beams : quality.beams);

    Batch batch(command, std::move(plan), std::move(options), stop, out);
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < workers; ++i) {
            others.emplace_back([&batch, &captioners, i] { batch.work(*captioners[i]); });
        }
        batch.work(*captioners.front());
    }
    if (command.timings) {
        fmt::print(out, "{} threads, {}\n", settings.threads, describeMachine());
    }
    return batch.finish();
}

}  // namespace

int runAnnotateCommand(const AnnotateCommand& command, const Settings& settings, std::FILE* out) {
    int asked = 0;
    int code = kExitOk;
    {
        const InterruptStop interrupt;
        code = annotateAll(command, settings, interrupt.token(), out);
        asked = interrupt.signal();
    }
    if (asked != 0) {  // as shells and schedulers expect of a program that was asked to end
        std::fflush(out);
        std::raise(asked);
    }
    return code;
}

}  // namespace sightline
