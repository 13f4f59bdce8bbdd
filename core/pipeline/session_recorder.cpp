#include "core/pipeline/session_recorder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/base/thread_name.h"
#include "core/pipeline/recording_project.h"

namespace sightline {
namespace {

constexpr std::size_t kMostFrames = 8;  // that wait: about a quarter of a second, 30 MB of 720 lines
// A caption that stays is written in pieces, because a file names its end with its beginning: this much of the last
// one is lost in a crash.
constexpr auto kPiece = std::chrono::seconds(5);

}  // namespace

Result<std::unique_ptr<SessionRecorder>> SessionRecorder::create(const std::filesystem::path& path,
                                                                 std::optional<Provenance> captioner) {
    if (path.extension() != ".mkv") {
        return fail(ErrorCode::Unsupported, fmt::format("Cannot record to {}: only Matroska files survive a crash. "
                                                        "Choose a name that ends in .mkv.",
                                                        path.string()));
    }
    for (const auto& target : {path, recordingProject(path)}) {
        std::error_code status;
        if (std::filesystem::exists(target, status)) {
            return fail(ErrorCode::Io, fmt::format("Cannot record to {}: {} exists. Choose another name.",
                                                   path.string(), target.filename().string()));
        }
    }
    return std::unique_ptr<SessionRecorder>(new SessionRecorder(path, std::move(captioner)));
}

SessionRecorder::SessionRecorder(std::filesystem::path path, std::optional<Provenance> captioner)
    : path_(std::move(path)), captioner_(std::move(captioner)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

SessionRecorder::~SessionRecorder() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
        static_cast<void>(writeOut());
    }
}

void SessionRecorder::addFrame(const FramePtr& frame) {
    {
        const std::lock_guard lock(mutex_);
        if (framesWaiting_ == kMostFrames) {
            ++dropped_;
            return;
        }
        ++framesWaiting_;
        waiting_.push_back({frame, std::nullopt});
    }
    changed_.notify_one();
}

void SessionRecorder::addCaption(const Caption& caption) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back({nullptr, caption});
    }
    changed_.notify_one();
}

std::optional<Error> SessionRecorder::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void SessionRecorder::run(const std::stop_token& stop) {
    nameThisThread("record");
    while (true) {
        Entry entry;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
            if (waiting_.empty()) {
                return;  // stopped, and all is written
            }
            entry = std::move(waiting_.front());
            waiting_.pop_front();
            framesWaiting_ -= entry.frame ? 1 : 0;
            if (problem_) {
                continue;
            }
        }
        auto taken = entry.frame ? take(entry.frame) : take(*entry.caption);
        if (!taken) {
            // Who asks for problem() tells it.
            logger("pipeline")->info("{} {}", taken.error().message, taken.error().detail);
            const std::lock_guard lock(mutex_);
            problem_ = taken.error();
        }
    }
}

Result<void> SessionRecorder::take(const FramePtr& frame) {
    if (!video_) {
        auto created = VideoRecorder::create(path_, frame->image.width(), frame->image.height());
        if (!created) {
            return tl::unexpected(created.error());
        }
        video_ = std::move(*created);
        begin_ = frame->captured;
        if (early_) {
            if (auto taken = take(*std::exchange(early_, std::nullopt)); !taken) {
                return taken;
            }
        }
    }
    const MediaTime time = frame->captured - begin_;
    ++frames_;
    end_ = time;
    if (auto written = video_->write(frame->image, time); !written) {
        return written;
    }
    return end_ - piece_ >= kPiece ? endPiece(end_) : Result<void>();
}

Result<void> SessionRecorder::endPiece(MediaTime end) {
    const MediaTime begin = std::exchange(piece_, end);
    return cues_.empty() ? Result<void>() : video_->writeCaption(cues_.back().text, begin, end);
}

Result<void> SessionRecorder::take(const Caption& caption) {
    if (!video_) {
        early_ = caption;
        return {};
    }
    const MediaTime start = std::max(MediaTime::zero(), MediaTime(caption.captured - begin_));
    Result<void> written;
    if (!cues_.empty()) {
        if (start > piece_) {
            written = endPiece(start);
        }
        cues_.back().end = start;
        if (cues_.back().start >= start) {
            cues_.pop_back();
        }
    }
    // A caption comes after its frame; what was written of the one before in the meantime stays.
    piece_ = std::max(piece_, start);
    cues_.push_back({start, start, caption.text, caption.confidence, CueOrigin::Model});
    return written;
}

Result<void> SessionRecorder::writeOut() {
    if (!video_) {
        return {};
    }
    Result<void> piece = endPiece(std::max(piece_, end_));
    auto finished = video_->finish();
    return piece ? finished : piece;
}

Result<std::filesystem::path> SessionRecorder::writeProjectFile() {
    if (!cues_.empty()) {
        cues_.back().end = end_;
        if (cues_.back().end <= cues_.back().start) {
            cues_.pop_back();
        }
    }
    return writeRecordingProject(path_, captioner_, cues_, end_);
}

Result<Recording> SessionRecorder::finish() {
    thread_.request_stop();
    thread_.join();
    auto written = writeOut();
    if (problem_) {
        return tl::unexpected(*problem_);
    }
    if (!video_) {
        return fail(ErrorCode::Unsupported, "Nothing was recorded: no picture came. Check the source.");
    }
    if (!written) {
        return tl::unexpected(written.error());
    }
    auto project = writeProjectFile();
    if (!project) {
        return tl::unexpected(project.error());
    }
    return Recording{path_, std::move(*project), frames_, dropped_, end_};
}

}  // namespace sightline
