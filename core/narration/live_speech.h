// Whether somebody speaks in the sound of a live source now.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/captions/time_range.h"
#include "core/media/live/sound_tap.h"

namespace sightline {

// Speech is known within half a second of its beginning: a hop is awaited, then heard. It is over once nobody has
// spoken for kPause. Any thread, but for the tap's own calls; none waits. The network is loaded when sound first comes
// while it is wanted.
class LiveSpeech final : public SoundTap {
public:
    static constexpr auto kHop = std::chrono::milliseconds(192);  // six of the detector's windows
    static constexpr auto kPause = std::chrono::milliseconds(600);

    // What is known of the source.
    enum class State : std::uint8_t {
        Unknown,  // nothing was heard yet
        NoSound,
        Failed,  // the detector cannot be loaded: error()
        Quiet,   // nobody speaks
        Speech,
    };

    explicit LiveSpeech(std::filesystem::path model);
    ~LiveSpeech() override;

    void setWanted(bool wanted);
    // Called without a lock held on the thread of the source or of this, when state() is another; must return at once.
    // Null: nobody is.
    void setChanged(std::function<void()> changed);
    State state() const;
    std::optional<Error> error() const;
    void forget();  // another source: unknown

    bool isWanted() const override;
    void opened(bool hasSound) override;
    void heard(std::span<const float> samples) override;

private:
    void run(const std::stop_token& stop);
    void set(State state);
    void tell();

    const std::filesystem::path model_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    bool wanted_ = false;
    State state_ = State::Unknown;
    std::optional<Error> error_;
    std::vector<float> samples_;  // not looked at yet; at most kMostWaiting, older ones go
    int source_ = 0;              // counts those that were opened
    std::shared_ptr<const std::function<void()>> changed_;

    std::jthread thread_;
};

}  // namespace sightline
