// Records a live session: its pictures and the captions shown, as a video file and as a project to annotate.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/captions/caption.h"
#include "core/captions/cue.h"
#include "core/captions/project.h"
#include "core/media/writing/video_recorder.h"
#include "core/pipeline/latest_frame.h"

namespace sightline {

struct Recording {
    std::filesystem::path video;
    std::filesystem::path project;  // beside the video
    std::uint64_t frames = 0;
    std::uint64_t dropped = 0;  // that came while the encoder was busy
    MediaTime duration{};
};

// A thread of its own encodes and writes. add...() may be called from any thread and never wait: of frames that come
// faster than they can be written the newest are left out.
class SessionRecorder {
public:
    // The file appears with the first frame. `captioner` is what the project names as the captions' maker.
    // Errors: Unsupported (no .mkv name), Io (it exists).
    static Result<std::unique_ptr<SessionRecorder>> create(const std::filesystem::path& path,
                                                           std::optional<Provenance> captioner);
    ~SessionRecorder();  // finishes the video, without a project
    SessionRecorder(const SessionRecorder&) = delete;
    SessionRecorder& operator=(const SessionRecorder&) = delete;

    void addFrame(const FramePtr& frame);
    // This caption shows from the frame it describes on.
    void addCaption(const Caption& caption);

    // What stopped the recording, if something did.
    std::optional<Error> problem() const;

    // Writes what waits and the project. Once only. Errors: Unsupported (no frame came), Io; what was recorded stays.
    Result<Recording> finish();

private:
    SessionRecorder(std::filesystem::path path, std::optional<Provenance> captioner);
    void run(const std::stop_token& stop);
    Result<void> take(const FramePtr& frame);
    Result<void> take(const Caption& caption);
    Result<void> endPiece(MediaTime end);
    Result<void> writeOut();
    Result<std::filesystem::path> writeProjectFile();

    struct Entry {
        FramePtr frame;  // or
        std::optional<Caption> caption;
    };

    // immutable
    const std::filesystem::path path_;
    const std::optional<Provenance> captioner_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Entry> waiting_;
    std::size_t framesWaiting_ = 0;
    std::uint64_t dropped_ = 0;
    std::optional<Error> problem_;

    // recording thread only, and finish() once that ended
    std::unique_ptr<VideoRecorder> video_;
    SteadyTime begin_{};
    MediaTime end_{};    // of the newest frame
    MediaTime piece_{};  // begin of what of the caption shown is not in the file yet
    std::uint64_t frames_ = 0;
    std::optional<Caption> early_;  // of a frame before the first one
    std::vector<Cue> cues_;         // the last one is still shown

    std::jthread thread_;
};

}  // namespace sightline
