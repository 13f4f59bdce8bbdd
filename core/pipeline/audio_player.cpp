#include "core/pipeline/audio_player.h"

#include <algorithm>
#include <vector>

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

// Enough to ride out a busy machine, little enough to be decoded in a moment after a seek.
constexpr auto kBuffered = std::chrono::milliseconds(300);
constexpr std::size_t kBlockFrames = 1024;  // decoded at a time, 21 ms

}  // namespace

AudioPlayer::AudioPlayer(const Clock& clock, AudioSink& sink, AudioOpener open, std::function<void()> changed)
    : clock_(clock), sink_(sink), format_(sink.format()), open_(std::move(open)), changed_(std::move(changed)) {
    sink_.setFill([this](std::uint64_t run, std::span<float> samples, std::chrono::nanoseconds latency) {
        fill(run, samples, latency);
    });
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

AudioPlayer::~AudioPlayer() {
    thread_.request_stop();
    {
        const std::lock_guard lock(mutex_);
        if (source_) {
            source_->interrupt();
        }
    }
    thread_.join();
    sink_.stop();
    sink_.setFill(nullptr);
}

void AudioPlayer::play(MediaTime from, double speed) {
    {
        const std::lock_guard lock(mutex_);
        ++run_;
        playing_ = true;
        from_ = from;
        speed_ = speed;
        buffer_.clear();
        given_ = 0;
        heard_.reset();
    }
    wake_.notify_all();
}

void AudioPlayer::stop() {
    const std::lock_guard lock(mutex_);
    if (!playing_) {
        return;
    }
    ++run_;
    playing_ = false;
    buffer_.clear();
    heard_.reset();
    sink_.stop();  // under the lock, so that no start() of an older run comes after it
}

MediaTime AudioPlayer::spanOf(std::uint64_t frames) const {
    const std::chrono::duration<double> heard(static_cast<double>(frames) / format_.rate * speed_);
    return std::chrono::duration_cast<MediaTime>(heard);
}

std::optional<MediaTime> AudioPlayer::position() const {
    const std::lock_guard lock(mutex_);
    if (!heard_) {
        return std::nullopt;
    }
    const auto since = std::chrono::duration_cast<MediaTime>((clock_.now() - *heard_) * speed_);
    return from_ + std::clamp(spanOf(anchorFrame_) + since, MediaTime::zero(), spanOf(given_));
}

bool AudioPlayer::isUsable() const {
    const std::lock_guard lock(mutex_);
    return usable_;
}

void AudioPlayer::setVolume(float factor) {
    const std::lock_guard lock(mutex_);
    volume_ = std::clamp(factor, 0.0F, 1.0F);
}

std::uint64_t AudioPlayer::underruns() const {
    const std::lock_guard lock(mutex_);
    return underruns_;
}

void AudioPlayer::fill(std::uint64_t run, std::span<float> samples, std::chrono::nanoseconds latency) {
    std::size_t count = 0;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (run == run_ && playing_) {
            count = std::min(samples.size(), buffer_.size());
            const float step = (volume_ - lastVolume_) / static_cast<float>(std::max<std::size_t>(count, 1));
            for (std::size_t i = 0; i < count; ++i) {  // a ramp, because a leap would click
                samples[i] = buffer_[i] * (lastVolume_ + step * static_cast<float>(i));
            }
            buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count));
            if (count > 0) {
                lastVolume_ = volume_;
                first = !heard_;
                heard_ = clock_.now() + latency;
                anchorFrame_ = given_;
                given_ += framesIn(count);
            }
            underruns_ += heard_ && count < samples.size() ? 1 : 0;
        }
    }
    std::fill(samples.begin() + static_cast<std::ptrdiff_t>(count), samples.end(), 0.0F);
    wake_.notify_all();
    if (first) {
        changed_();
    }
}

void AudioPlayer::giveUp(const Error& error) {
    if (error.code != ErrorCode::Cancelled) {
        logger("pipeline")->warn("{} {}", error.message, error.detail);
    }
    {
        const std::lock_guard lock(mutex_);
        usable_ = false;
        heard_.reset();
    }
    changed_();
}

bool AudioPlayer::begin(const std::stop_token& stop) {
    auto opened = open_();
    if (!opened) {
        giveUp(opened.error());
        return false;
    }
    if (!*opened) {
        giveUp({ErrorCode::Cancelled, "There is no audio.", {}});
        return false;
    }
    const std::lock_guard lock(mutex_);
    source_ = std::move(*opened);
    return !stop.stop_requested();
}

void AudioPlayer::run(const std::stop_token& stop) {
    nameThisThread("audio");
    if (!begin(stop)) {
        return;
    }
    const std::size_t enough =
        static_cast<std::size_t>(toSeconds(kBuffered) * format_.rate) * static_cast<std::size_t>(format_.channels);
    std::uint64_t mine = 0;
    std::unique_ptr<TimeStretch> stretch;
    bool over = false;  // the audio; the clock goes on in silence, because there may be more pictures
    std::vector<float> block(kBlockFrames * static_cast<std::size_t>(format_.channels));
    std::vector<float> ready;
    while (true) {
        std::uint64_t run = 0;
        MediaTime from{};
        double speed = 1.0;
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, stop, [&] { return playing_ && (run_ != mine || buffer_.size() < enough); })) {
                return;
            }
            run = run_;
            from = from_;
            speed = speed_;
        }
        const bool fresh = run != mine;
        if (fresh) {
            mine = run;
            over = false;
            auto sought = source_->seek(from);
            auto made = TimeStretch::create(format_, speed);
            if (!sought || !made) {
                giveUp(!sought ? sought.error() : made.error());
                return;
            }
            stretch = std::move(*made);
        }
        ready.clear();
        while (ready.empty() && !over) {
            const auto count = source_->read(block);
            if (!count) {
                giveUp(count.error());
                return;
            }
            over = *count == 0;
            stretch->push(std::span(block).first(*count * static_cast<std::size_t>(format_.channels)));
            stretch->pull(ready);
        }
        if (over) {
            ready.resize(ready.size() + block.size(), 0.0F);
        }
        const std::lock_guard lock(mutex_);
        if (run_ != mine) {
            continue;
        }
        buffer_.insert(buffer_.end(), ready.begin(), ready.end());
        if (fresh) {
            sink_.start(mine);
        }
    }
}

}  // namespace sightline
