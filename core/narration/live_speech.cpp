#include "core/narration/live_speech.h"

#include <algorithm>

#include "core/base/logging.h"
#include "core/base/thread_name.h"
#include "core/inference/speech_detector.h"
#include "core/narration/speech.h"

namespace sightline {
namespace {

static_assert(SoundTap::kRate == SpeechDetector::kRate);

constexpr std::size_t kHopWindows = 6;
constexpr std::size_t kHopSamples = kHopWindows * SpeechDetector::kWindow;
static_assert(LiveSpeech::kHop == std::chrono::milliseconds(kHopSamples * 1000 / SpeechDetector::kRate));
// Heard before each hop, so that the network has settled: a second.
constexpr std::size_t kSettleSamples = 31 * SpeechDetector::kWindow;
constexpr auto kLongest = std::chrono::seconds(10);    // without any sound, of a source that had some
constexpr std::size_t kMostWaiting = 3 * kHopSamples;  // while the computer is too slow

}  // namespace

LiveSpeech::LiveSpeech(std::filesystem::path model)
    : model_(std::move(model)), thread_([this](const std::stop_token& stop) {
          nameThisThread("live speech");
          run(stop);
      }) {}

LiveSpeech::~LiveSpeech() = default;

void LiveSpeech::setWanted(bool wanted) {
    const std::lock_guard lock(mutex_);
    wanted_ = wanted;
    samples_.clear();
}

void LiveSpeech::setChanged(std::function<void()> changed) {
    const std::lock_guard lock(mutex_);
    changed_ = changed ? std::make_shared<const std::function<void()>>(std::move(changed)) : nullptr;
}

LiveSpeech::State LiveSpeech::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

std::optional<Error> LiveSpeech::error() const {
    const std::lock_guard lock(mutex_);
    return error_;
}

bool LiveSpeech::isWanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
}

void LiveSpeech::forget() { set(State::Unknown); }

void LiveSpeech::set(State state) {
    {
        const std::lock_guard lock(mutex_);
        if (state_ == state) {
            return;
        }
        state_ = state;
    }
    tell();
}

void LiveSpeech::tell() {
    std::shared_ptr<const std::function<void()>> changed;
    {
        const std::lock_guard lock(mutex_);
        changed = changed_;
    }
    if (changed) {
        (*changed)();
    }
}

void LiveSpeech::opened(bool hasSound) {
    {
        const std::lock_guard lock(mutex_);
        ++source_;
        samples_.clear();
    }
    set(hasSound ? State::Unknown : State::NoSound);
}

void LiveSpeech::heard(std::span<const float> samples) {
    {
        const std::lock_guard lock(mutex_);
        samples_.insert(samples_.end(), samples.begin(), samples.end());
        if (samples_.size() > kMostWaiting) {
            samples_.erase(samples_.begin(), samples_.end() - static_cast<std::ptrdiff_t>(kMostWaiting));
        }
    }
    wake_.notify_one();
}

void LiveSpeech::run(const std::stop_token& stop) {
    std::unique_ptr<SpeechDetector> detector;
    std::vector<float> sound;  // what was heard before, and a hop
    int source = -1;
    bool speaks = false;
    MediaTime pause = kPause;  // since somebody spoke
    const SpeechOptions limits;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            const auto isThere = [this] { return samples_.size() >= kHopSamples; };
            if (state_ != State::Speech) {
                wake_.wait(lock, stop, isThere);
            } else if (!wake_.wait_for(lock, stop, kLongest, isThere) && !stop.stop_requested()) {
                lock.unlock();
                set(State::Unknown);  // its sound has ended; somebody who spoke then does so no more
                continue;
            }
            if (stop.stop_requested()) {
                return;
            }
            if (source != source_) {
                source = source_;
                sound.assign(kSettleSamples, 0.0F);
                speaks = false;
                pause = kPause;
            }
            const auto hop = samples_.begin() + static_cast<std::ptrdiff_t>(kHopSamples);
            sound.insert(sound.end(), samples_.begin(), hop);
            samples_.erase(samples_.begin(), hop);
        }
        sound.erase(sound.begin(),
                    sound.end() - static_cast<std::ptrdiff_t>(std::min(sound.size(), kSettleSamples + kHopSamples)));
        if (!detector) {
            auto loaded = SpeechDetector::load(model_);
            if (!loaded) {
                logger("narration")->error("{} {}", loaded.error().message, loaded.error().detail);
                {
                    const std::lock_guard lock(mutex_);
                    error_ = loaded.error();
                    wanted_ = false;
                }
                set(State::Failed);
                return;
            }
            detector = std::move(*loaded);
        }
        const auto likelihoods = detector->likelihoods(sound, 1);
        if (!likelihoods) {
            continue;  // the next hop may be better
        }
        for (const float likelihood : std::span(*likelihoods).last(kHopWindows)) {
            speaks = likelihood >= limits.begins || (speaks && likelihood >= limits.goesOn);
            pause = speaks ? MediaTime::zero() : pause + kHop / static_cast<int>(kHopWindows);
        }
        {
            const std::lock_guard lock(mutex_);
            if (source != source_) {
                continue;
            }
        }
        set(pause < kPause ? State::Speech : State::Quiet);
    }
}

}  // namespace sightline
