// A source shown and captioned at its own pace: webcam, or a video file played in real time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/captions/caption_track.h"
#include "core/captions/time_range.h"
#include "core/media/frame_source.h"
#include "core/pipeline/audio_player.h"
#include "core/pipeline/caption_worker.h"
#include "core/pipeline/latest_frame.h"
#include "core/pipeline/metrics.h"

namespace sightline {

enum class PlayState : std::uint8_t { Closed, Playing, Paused, Ended, Failed };

struct LiveSessionOptions {
    bool loop = false;  // start a file again at its end
};

// The capture thread reads the source, waits until each frame of a file is due, and puts it into two mailboxes: one
// for the preview, which never waits for inference, and one for the caption worker. What is due is told by the audio
// that is heard, or by the clock where there is none, at a speed at which it is not played, and when the device stands
// still for a second. All public calls from the owner's thread (the UI), except where said. The callbacks carry no
// data, come from any of the session's threads and the owner's without a lock held, and must return at once.
class LiveSession {
public:
    struct Callbacks {
        std::function<void()> frameReady;    // takeFrame() has a new frame
        std::function<void()> captionReady;  // captions().latest() changed, or captionError() did
        std::function<void()> stateChanged;  // state() changed
    };

    // `clock` must outlive the session.
    LiveSession(const Clock& clock, Callbacks callbacks);
    ~LiveSession();
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    // From now on frames are captioned, beginning with the newest one; until then they are only shown.
    void setCaptioner(std::unique_ptr<Captioner> captioner, const SearchOptions& search);

    // Plays `source` from its beginning, in place of the present one.
    // With a sink, `audio` is opened on a thread of its own and played along.
    void open(std::unique_ptr<FrameSource> source, const LiveSessionOptions& options = {}, AudioOpener audio = {});
    void close();

    // Every frame also goes there, on the capture thread without a lock held, until another tap or null is set; one
    // call may still be under way then.
    using FrameTap = std::function<void(const FramePtr&)>;
    void setFrameTap(std::shared_ptr<const FrameTap> tap);
    // Where the audio of files opened from now on goes; it must outlive the session. Null: nowhere.
    void setAudioSink(AudioSink* sink) { sink_ = sink; }
    // 0 to 1, of the samples.
    void setVolume(float factor);

    void setPaused(bool paused);
    // Shows the frame at `time` and goes on from there, or stands there when paused; a no-op on a live source. Of
    // requests that come faster than frames are found, the newest wins.
    void seek(MediaTime time);
    // Pauses, and shows the `count`-th frame after the one on screen, or before it when negative, by the frames' own
    // times; stands at the first and the last. A no-op on a live source.
    void step(int count);
    // Within kSlowest and kFastest. Audio is played where AudioPlayer::isAudible().
    static constexpr double kSlowest = 0.25;
    static constexpr double kFastest = 4.0;
    void setSpeed(double speed);
    // Plays the range again and again once the frame on screen lies in it. Empty: no longer.
    void setLoopRange(std::optional<TimeRange> range);

    std::optional<Error> captionError() const;
    SessionMetrics metrics() const;

    // Any thread.
    PlayState state() const;
    std::optional<Error> error() const;  // why state() is Failed
    std::optional<StreamDescription> description() const;
    double speed() const;
    std::optional<TimeRange> loopRange() const;
    bool hasAudio() const;  // that is played, or not yet known not to be
    // What should be on screen now; what is heard, where audio is played. Empty while paused, or before there is any.
    std::optional<MediaTime> position() const;
    std::uint32_t generation() const { return generation_; }
    FramePtr takeFrame() { return preview_.tryTake(); }
    const CaptionTrack& captions() const { return track_; }
    // What to show; its history outlives sources.
    SteadyCaptions& steady() { return steady_; }
    const SteadyCaptions& steady() const { return steady_; }

private:
    void run(const std::stop_token& stop, FrameSource& source, LiveSessionOptions options);
    // Waits while paused and until `pts` is due; false when the frame must not be shown any more.
    bool waitUntilDue(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, MediaTime pts, bool live);
    bool waitAtEnd(std::unique_lock<std::mutex>& lock, const std::stop_token& stop, MediaTime end, bool live);
    void publish(Frame frame);

    // With mutex_ held.
    void anchor(MediaTime pts);  // this pts is due now
    void halt();                 // nothing is due any more
    std::optional<MediaTime> due(SteadyTime now) const;
    bool audioStands(std::optional<MediaTime> at, SteadyTime now);
    void requestSeek(MediaTime time);
    bool loops(MediaTime pts) const;

    // immutable
    const Clock& clock_;
    const Callbacks callbacks_;

    // safe by themselves
    LatestFrame preview_;
    LatestFrame inference_;
    CaptionTrack track_;
    SteadyCaptions steady_;
    RateMeter captured_;

    // written under mutex_, read without it
    std::atomic<std::uint32_t> generation_ = 0;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    PlayState state_ = PlayState::Closed;
    std::optional<Error> error_;
    std::optional<StreamDescription> description_;
    bool paused_ = false;
    std::shared_ptr<const FrameTap> tap_;
    std::optional<MediaTime> seekTo_;
    int steps_ = 0;  // asked for and not yet done
    double speed_ = 1.0;
    std::optional<TimeRange> loop_;
    std::optional<MediaTime> shown_;      // pts of the frame on screen
    std::optional<MediaTime> resumeAt_;   // while paused: what was due
    SteadyTime anchorTime_{};             // clock time at which ...
    std::optional<MediaTime> anchorPts_;  // ... this pts was due; empty: the next frame sets both
    bool audioLeads_ = false;             // since then, audio is or will be heard
    bool deviceStands_ = false;           // not to be waited for again until somebody pauses or plays
    std::optional<MediaTime> heard_;      // when it was last looked at, and ...
    SteadyTime heardMoved_{};             // ... since when it is that
    std::uint64_t late_ = 0;

    // owner thread only
    AudioSink* sink_ = nullptr;
    float volume_ = 1.0F;
    std::unique_ptr<FrameSource> source_;
    std::unique_ptr<AudioPlayer> audio_;     // changed only while thread_ does not run
    std::jthread thread_;                    // reads source_
    std::unique_ptr<CaptionWorker> worker_;  // last: it refers to the mailbox and the track
};

}  // namespace sightline
