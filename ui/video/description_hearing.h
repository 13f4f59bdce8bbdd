// Hears a caption in its place: the video from a second before, with its sound ducked under the voice.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <QObject>

#include "core/base/clock.h"
#include "core/captions/time_range.h"
#include "core/narration/heard_description.h"
#include "core/pipeline/audio_player.h"
#include "ui/background_run.h"

namespace sightline {

class DescriptionPlanner;
class QtAudioSink;
class SpokenLengths;

// How this sees the player of the page.
struct HearingPlayer {
    std::function<void(MediaTime from)> play;
    std::function<void()> pause;
    std::function<bool()> hasOutput;  // for sound
};

// Lives on the UI thread; the text is spoken on a thread of its own. As in the file that is exported: the same gap,
// rate, ducking and loudness.
class DescriptionHearing final : public QObject {
    Q_OBJECT

public:
    // `planner` is borrowed.
    DescriptionHearing(const DescriptionPlanner* planner, HearingPlayer player, QObject* parent = nullptr);
    ~DescriptionHearing() override;

    // What the player is to open instead of the sound of `video`.
    AudioOpener openerFor(const std::filesystem::path& video) const;
    void setVideo(const std::filesystem::path& video, MediaTime duration);

    void hear(int row);
    // Where playback has come to; it is paused behind what was to be heard.
    void follow(MediaTime time, bool playing);
    bool isPreparing() const { return run_.running(); }

signals:
    void told(const QString& message);
    void failed(const QString& message);

private:
    struct Heard {
        std::shared_ptr<const HeardDescription> description;
        double programme = 0.0;  // LUFS that the voice was matched to
    };

    void play(const Heard& heard);
    void playAlone(MediaTime from);

    const DescriptionPlanner* const planner_;
    const HearingPlayer player_;
    const std::shared_ptr<HeardSlot> slot_ = std::make_shared<HeardSlot>();
    std::filesystem::path video_;
    MediaTime duration_{};
    std::optional<double> programme_;  // of video_, once measured
    std::optional<TimeRange> heard_;   // from where playback began to where it ends
    const SystemClock clock_{};
    std::unique_ptr<QtAudioSink> sink_;       // for a video without sound
    std::unique_ptr<AudioPlayer> alone_;      // as above
    std::shared_ptr<SpokenLengths> speaker_;  // of run_'s thread
    BackgroundRun run_;
};

}  // namespace sightline
