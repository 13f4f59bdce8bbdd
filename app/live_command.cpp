#include "app/live_command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <QGuiApplication>
#include <nlohmann/json.hpp>

#include "app/exit_codes.h"
#include "app/load_captioner.h"
#include "app/model_file.h"
#include "core/base/atomic_file.h"
#include "core/base/errands.h"
#include "core/base/logging.h"
#include "core/feed/caption_json.h"
#include "core/inference/caption_reuse.h"
#include "core/media/live/open_source.h"
#include "core/media/live/reconnecting_source.h"
#include "core/pipeline/live_session.h"
#include "core/pipeline/session_recorder.h"
#include "ui/live/alert_command.h"
#include "ui/live/live_feed.h"

namespace sightline {
namespace {

using std::chrono::system_clock;

// SIGINT and SIGTERM as a file to poll, and wake-ups from other threads as another. Made before any thread starts, so
// that all of them leave the signals to it.
class Events {
public:
    Events() {
        sigset_t asked;
        sigemptyset(&asked);
        sigaddset(&asked, SIGINT);
        sigaddset(&asked, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &asked, &before_);
        signals_ = ::signalfd(-1, &asked, SFD_CLOEXEC | SFD_NONBLOCK);
        wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        pipe_ = std::signal(SIGPIPE, SIG_IGN);
    }
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;
    ~Events() {
        signalfd_siginfo taken{};
        while (::read(signals_, &taken, sizeof taken) > 0) {  // or they strike now
        }
        ::close(signals_);
        ::close(wake_);
        std::signal(SIGPIPE, pipe_);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    // Any thread.
    void wake() const {
        const std::uint64_t one = 1;
        static_cast<void>(!::write(wake_, &one, sizeof one));
    }

    // False when a signal asks to stop. `out` that nobody reads any more asks too.
    bool wait(std::optional<SteadyTime> until, int out) const {
        int limit = -1;
        if (until) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
            limit = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
        }
        std::array<pollfd, 3> files{{{signals_, POLLIN, 0}, {wake_, POLLIN, 0}, {out, 0, 0}}};
        ::poll(files.data(), files.size(), limit);
        std::uint64_t count = 0;
        static_cast<void>(!::read(wake_, &count, sizeof count));
        return files[0].revents == 0 && (files[2].revents & POLLERR) == 0;
    }

private:
    int signals_ = -1;
    int wake_ = -1;
    sigset_t before_{};
    void (*pipe_)(int) = SIG_DFL;
};

std::string wallClock(SteadyTime time) {
    const auto wall = system_clock::now() +
                      std::chrono::duration_cast<system_clock::duration>(time - std::chrono::steady_clock::now());
    return fmt::format("{:%H:%M:%S}", fmt::localtime(system_clock::to_time_t(wall)));
}

int listAll(bool json, std::FILE* out) {
    const auto cameras = listCameras();
    for (const Camera& camera : cameras) {
        if (json) {
            nlohmann::ordered_json line;
            line["name"] = camera.name;
            line["source"] = camera.address;
            line["device"] = camera.path;
            line["modes"] = nlohmann::ordered_json::array();
            for (const CameraMode& mode : camera.modes) {
                line["modes"].push_back({{"format", formatName(mode.format)},
                                         {"width", mode.width},
                                         {"height", mode.height},
                                         {"fps", mode.frameRate}});
            }
            fmt::print(out, "{}\n", line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
            continue;
        }
        fmt::print(out, "{}\n    {}{}\n", camera.name, camera.address,
                   camera.forbidden ? "  (no permission: add your user to the group 'video')"
                   : camera.busy    ? "  (used by another program)"
                                    : "");
        for (const CameraMode& mode : camera.modes) {
            fmt::print(out, "    {} {}x{} {:.0f} fps\n", formatName(mode.format), mode.width, mode.height,
                       mode.frameRate);
        }
    }
    if (cameras.empty()) {
        fmt::print(stderr, "sightline: there is no camera. Plug one in, or name an address, screen: or a file.\n");
    }
    return std::fflush(out) == 0 ? kExitOk : kExitInputFailed;
}

class LiveRun {
public:
    LiveRun(const LiveCommand& command, std::FILE* out)
        : command_(command), out_(out), health_(std::make_shared<SourceHealth>([this] { events_.wake(); })),
          session_(clock_, {[] {}, [this] { events_.wake(); }, [this] { events_.wake(); }}) {}
    ~LiveRun() { session_.setFrameTap(nullptr); }

    int run(const Settings& settings);

private:
    Result<std::unique_ptr<FrameSource>> openAddress(const SourceAddress& address);
    Result<void> startRecording(const Captioner& captioner, const Settings& settings);
    Result<void> startFeed();
    Result<void> startAlerts();
    void considerAlerts(const Caption& caption);
    void applyTap();
    Result<void> print(const Caption& caption);
    Result<void> flush();
    Result<void> printCaptions();
    void tellFile(const std::string& caption);
    void tellStatus();
    int finishRecording();

    const LiveCommand& command_;
    std::FILE* out_;
    const Events events_;  // before anything that starts a thread
    const SystemClock clock_;
    SourceOptions sources_;
    std::shared_ptr<SourceHealth> health_;
    std::shared_ptr<SessionRecorder> recorder_;
    std::unique_ptr<QGuiApplication> fonts_;  // of the feed's picture
    std::shared_ptr<LiveFeed> feed_;
    AlertMatcher alerts_;
    std::unique_ptr<Errands> errands_;
    std::string name_;
    std::uint64_t printed_ = 0;
    std::string fileProblem_;  // why the file of the caption could not be written
    SourceState told_ = SourceState::Connecting;
    std::string toldProblem_;
    LiveSession session_;
};

Result<std::unique_ptr<FrameSource>> LiveRun::openAddress(const SourceAddress& address) {
    if (address.kind == SourceKind::File) {
        return openSource(address);
    }
    return std::make_unique<ReconnectingSource>(
        address.name,
        [address, options = sources_](const std::stop_token& stop) { return openSource(address, options, stop); },
        clock_, health_, ReconnectOptions{.patient = command_.patient});
}

Result<void> LiveRun::startRecording(const Captioner& captioner, const Settings& settings) {
    if (command_.record.empty()) {
        return {};
    }
    Provenance provenance;
    provenance.program = "sightline " SIGHTLINE_VERSION;
    provenance.model = captioner.manifest().name;
    provenance.beams = captioner.defaultSearch(settings.beams).beams;
    provenance.quality = "live";
    provenance.made = isoTime(std::chrono::steady_clock::now());
    auto recorder = SessionRecorder::create(command_.record, provenance);
    if (!recorder) {
        return tl::unexpected(recorder.error());
    }
    recorder_ = std::move(*recorder);
    applyTap();
    return {};
}

Result<void> LiveRun::startFeed() {
    if (!command_.feedPort) {
        return {};
    }
    static int count = 1;
    static char name[] = "sightline";
    static char* arguments[] = {name, nullptr};
    ::qputenv("QT_QPA_PLATFORM", "offscreen");
    fonts_ = std::make_unique<QGuiApplication>(count, arguments);
    FeedOptions options;
    options.port = *command_.feedPort;
    auto token = feedToken();
    if (!token) {
        return tl::unexpected(token.error());
    }
    options.token = *token;
    options.allowedOrigin = command_.feedOrigin;
    feed_ = std::make_shared<LiveFeed>();
    if (auto started = feed_->start(options); !started) {
        return started;
    }
    applyTap();
    fmt::print(stderr, "sightline: feed at {}\n", feed_->server()->address());
    return {};
}

Result<void> LiveRun::startAlerts() {
    if (command_.alert.empty()) {
        return {};
    }
    AlertRule rule;
    rule.pattern = command_.alert;
    rule.isExpression = true;
    rule.command = command_.alertCommand;
    rule.interval = std::chrono::seconds(command_.alertSeconds);
    auto matcher = AlertMatcher::create({rule});
    if (!matcher) {
        return tl::unexpected(matcher.error());
    }
    alerts_ = std::move(*matcher);
    errands_ = std::make_unique<Errands>(
        "alerts", [](const Error& error) { fmt::print(stderr, "sightline: {}\n", error.message); });
    return {};
}

void LiveRun::considerAlerts(const Caption& caption) {
    for (const AlertRule& rule : alerts_.match(caption.text, std::chrono::steady_clock::now())) {
        fmt::print(stderr, "sightline: alert: {}\n", caption.text);
        if (!rule.command.empty() && !errands_->add([rule, caption](const std::stop_token& stop) {
                return runAlertCommand(rule, caption, stop);
            })) {
            fmt::print(stderr, "sightline: alerts come faster than their command ends; one was left out.\n");
        }
    }
}

void LiveRun::applyTap() {
    session_.setFrameTap(
        std::make_shared<const LiveSession::FrameTap>([recorder = recorder_, feed = feed_](const FramePtr& frame) {
            if (recorder) {
                recorder->addFrame(frame);
            }
            if (feed) {
                feed->offer(frame);
            }
        }));
}

// Cancelled when nobody reads any more, as with `| head`; Io when there is no room.
Result<void> LiveRun::flush() {
    errno = 0;
    if (std::fflush(out_) == 0 && std::ferror(out_) == 0) {
        return {};
    }
    const int problem = errno;
    if (problem == EPIPE) {
        return fail(ErrorCode::Cancelled, "Nobody reads the captions any more.");
    }
    return fail(ErrorCode::Io, fmt::format("Cannot write the captions: {}. Make room, or write them elsewhere.",
                                           problem != 0 ? std::strerror(problem) : "the output refuses them"));
}

Result<void> LiveRun::print(const Caption& caption) {
    const std::string line =
        command_.json ? captionJson(caption, name_)
                      : fmt::format("{}  {}  ({:.2f})", wallClock(caption.captured), caption.text, caption.confidence);
    std::fwrite(line.data(), 1, line.size(), out_);
    std::fputc('\n', out_);
    return flush();
}

// As a whole, so that a program that reads it never sees half of one.
void LiveRun::tellFile(const std::string& caption) {
    if (command_.captionFile.empty()) {
        return;
    }
    const auto written = writeFileAtomically(command_.captionFile, caption);
    const std::string problem = written ? std::string() : written.error().message;
    if (!problem.empty() && problem != fileProblem_) {
        fmt::print(stderr, "sightline: {}\n", problem);
    }
    fileProblem_ = problem.empty() ? fileProblem_ : problem;
}

Result<void> LiveRun::printCaptions() {
    for (const Caption& caption : session_.steady().after(printed_)) {
        ++printed_;
        if (recorder_) {
            recorder_->addCaption(caption);
        }
        considerAlerts(caption);
        tellFile(caption.text);
        if (feed_) {
            feed_->show(caption, name_);
            feed_->setOverlay({QString::fromStdString(caption.text), {}, {}});
        }
        if (auto printed = print(caption); !printed) {
            return printed;
        }
    }
    return {};
}

void LiveRun::tellStatus() {
    const SourceStatus status = health_->status();
    const std::string problem = status.problem ? status.problem->message : std::string();
    if (status.state == SourceState::Waiting && problem != toldProblem_) {
        fmt::print(stderr, "sightline: {} Trying again.\n", problem);
        toldProblem_ = problem;
    }
    if (status.state == SourceState::Live && told_ != SourceState::Live) {
        fmt::print(stderr, "sightline: {}, {}x{}\n", name_, status.description.width, status.description.height);
        toldProblem_.clear();
    }
    if (status.state == SourceState::Waiting && told_ != SourceState::Waiting) {
        session_.steady().silence();  // its last caption is over
        tellFile({});
        if (feed_) {
            feed_->silence();
        }
    }
    told_ = status.state;
}

int LiveRun::finishRecording() {
    if (!recorder_) {
        return kExitOk;
    }
    session_.setFrameTap(nullptr);
    const auto recording = recorder_->finish();
    if (!recording) {
        fmt::print(stderr, "sightline: {}\n", recording.error().message);
        return kExitInputFailed;
    }
    fmt::print(stderr, "sightline: recorded {:.1f} s, {} frames ({} left out), and {}\n",
               toSeconds(recording->duration), recording->frames, recording->dropped, recording->project.string());
    return kExitOk;
}

int LiveRun::run(const Settings& settings) {
    const auto refuse = [](const Error& error, int code) {
        fmt::print(stderr, "sightline: {}\n", error.message);
        logger("app")->info("{}", error.detail);
        return code;
    };
    const auto address = parseSourceAddress(command_.source);
    if (!address) {
        return refuse(address.error(), kExitUsage);
    }
    if (const auto alerting = startAlerts(); !alerting) {
        return refuse(alerting.error(), kExitUsage);
    }
    name_ = address->name;
    sources_.live.snapshotInterval = std::chrono::milliseconds(settings.snapshotInterval);
    if (tellFile({}); !fileProblem_.empty()) {
        return kExitInputFailed;
    }
    const int unusable = address->kind == SourceKind::Camera ? kExitCamera : kExitInputFailed;
    auto source = openAddress(*address);
    if (!source) {
        return refuse(source.error(), unusable);
    }
    auto loaded =
        loadObeying(modelFile(settings.model), std::make_shared<ThreadBudget>(settings.threads), settings.views);
    if (!loaded) {
        return refuse(loaded.error(), kExitModel);
    }
    std::unique_ptr<Captioner> captioner = reusing(std::move(*loaded));
    if (auto recording = startRecording(*captioner, settings); !recording) {
        return refuse(recording.error(), kExitInputFailed);
    }
    if (auto feeding = startFeed(); !feeding) {
        return refuse(feeding.error(), kExitInputFailed);
    }
    const SearchOptions search = captioner->defaultSearch(settings.beams);
    session_.steady().setSteadiness(command_.steadiness);
    session_.setCaptioner(std::move(captioner), search);
    session_.open(std::move(*source));
    std::optional<SteadyTime> until;
    if (command_.durationSeconds > 0) {
        until = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                                       std::chrono::duration<double>(command_.durationSeconds));
    }
    int code = kExitOk;
    while (events_.wait(until, ::fileno(out_))) {
        tellStatus();
        if (const auto printed = printCaptions(); !printed) {
            if (printed.error().code != ErrorCode::Cancelled) {
                code = refuse(printed.error(), kExitInputFailed);
            }
            break;
        }
        const PlayState state = session_.state();
        if (state == PlayState::Failed) {
            code = refuse(*session_.error(), unusable);
            break;
        }
        if (const auto problem = recorder_ ? recorder_->problem() : std::nullopt) {
            break;  // finishRecording() tells it
        }
        if (state == PlayState::Ended || (until && std::chrono::steady_clock::now() >= *until)) {
            break;
        }
    }
    session_.close();
    if (code == kExitOk) {
        const auto printed = printCaptions();
        if (!printed && printed.error().code != ErrorCode::Cancelled) {
            code = refuse(printed.error(), kExitInputFailed);
        }
    }
    tellFile({});
    if (const auto problem = session_.captionError()) {
        code = refuse(*problem, kExitModel);
    }
    if (code == kExitOk && !fileProblem_.empty()) {
        code = kExitInputFailed;  // told when it happened
    }
    const int recorded = finishRecording();
    return code != kExitOk ? code : recorded;
}

}  // namespace

int runLiveCommand(const LiveCommand& command, const Settings& settings, std::FILE* out) {
    if (command.list) {
        return listAll(command.json, out);
    }
    return LiveRun(command, out).run(settings);
}

}  // namespace sightline
