// What a live session has on screen: the steady caption, the frame it describes, and the ones before it.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "core/captions/caption_track.h"
#include "core/pipeline/caption_stabilizer.h"
#include "core/pipeline/latest_frame.h"

namespace sightline {

// A caption that is shown until the next one.
struct ShownCaption {
    Caption caption;
    FramePtr frame;            // the one it describes
    SteadyTime confirmed{};    // capture time of the newest frame that was looked at: how old what is shown may be
    std::uint64_t number = 0;  // counts the changes, from 1; goes on across sources
};

// Any thread.
class SteadyCaptions {
public:
    // 0 shows every caption as it comes, 1 changes least.
    void setSteadiness(double steadiness);
    double steadiness() const;

    // Takes the caption of `frame`; true when it is the one to show from now on. Captions of an older generation than
    // the last restart() change nothing.
    bool push(const FramePtr& frame, const Caption& caption);

    std::optional<ShownCaption> current() const;

    // All that were shown, oldest first, across sources until clearHistory(). Bounded by CaptionTrack's capacity.
    std::vector<Caption> history() const { return history_.all(); }
    // Those shown after change number `number`, oldest first.
    std::vector<Caption> after(std::uint64_t number) const;
    void clearHistory() { history_.restart(0); }

    // The source gives nothing any more: what it gives next is shown at once.
    void silence();

    // Another source: nothing is shown until its first caption. The history stays.
    void restart(std::uint32_t generation);

private:
    // safe by itself
    CaptionTrack history_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    CaptionStabilizer stabilizer_;
    double steadiness_ = CaptionStabilizer::kDefaultSteadiness;
    std::optional<ShownCaption> current_;
    std::uint64_t changes_ = 0;
    std::uint32_t oldest_ = 0;  // generation
};

}  // namespace sightline
