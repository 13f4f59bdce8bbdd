// Audio whose every sample tells its place, and a sound card that tells which of them is heard when.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "core/pipeline/audio_sink.h"

namespace sightline::test {

// The sample frame at index n holds (n + 1) / 2^24, which a float holds exactly for 349 s at 48 kHz.
class RampSource final : public AudioSource {
public:
    static constexpr float kUnit = 1.0F / (1 << 24);

    explicit RampSource(MediaTime length) : frames_(length.count() * 48 / 1'000'000) {}

    const AudioFormat& format() const override { return format_; }
    Result<std::size_t> read(std::span<float> samples) override {
        if (interrupted_) {
            return fail(ErrorCode::Cancelled, "cancelled");
        }
        std::size_t count = 0;
        for (; count < samples.size() / 2 && next_ < frames_; ++count, ++next_) {
            samples[2 * count] = samples[2 * count + 1] = static_cast<float>(next_ + 1) * kUnit;
        }
        return count;
    }
    Result<void> seek(MediaTime time) override {
        next_ = time.count() * 48 / 1'000'000;
        return {};
    }
    void interrupt() override { interrupted_ = true; }

private:
    const AudioFormat format_;
    const std::int64_t frames_;
    std::int64_t next_ = 0;
    std::atomic<bool> interrupted_ = false;
};

// Takes 10 ms at a time, which are heard 60 ms later. Its time is what advance() is told.
class FakeSink final : public AudioSink {
public:
    static constexpr auto kPeriod = std::chrono::milliseconds(10);
    static constexpr auto kLatency = std::chrono::milliseconds(60);

    const AudioFormat& format() const override { return format_; }
    void setFill(Fill fill) override {
        const std::lock_guard filling(filling_);
        fill_ = std::move(fill);
    }
    void start(std::uint64_t run) override {
        {
            const std::lock_guard lock(mutex_);
            if (dead_) {
                return;
            }
            run_ = run;
            running_ = true;
            counted_ = 0;
            ++starts_;
            blocks_.clear();
            next_.reset();
        }
        started_.notify_all();
    }
    void stop() override {
        const std::lock_guard lock(mutex_);
        running_ = false;
        blocks_.clear();
    }

    // Never starts, or stops taking samples, as an unplugged device.
    void die() {
        const std::lock_guard lock(mutex_);
        dead_ = true;
    }
    bool isDead() const {
        const std::lock_guard lock(mutex_);
        return dead_;
    }
    bool isRunning() const {
        const std::lock_guard lock(mutex_);
        return running_;
    }
    int starts() const {
        const std::lock_guard lock(mutex_);
        return starts_;
    }

    // Device time passes up to `now`. Where the player has nothing ready yet, it gets a moment of real time.
    void advance(SteadyTime now) {
        while (true) {
            std::uint64_t run = 0;
            SteadyTime at;
            {
                const std::lock_guard lock(mutex_);
                if (!running_ || dead_) {
                    return;
                }
                at = next_.value_or(now);
                if (at > now) {
                    return;
                }
                next_ = at + kPeriod;
                run = run_;
            }
            std::vector<float> samples(480 * 2);
            std::size_t real = 0;  // sample frames that are no silence
            for (int tries = 0; real < 480 && tries < kTries; ++tries) {
                const std::span<float> rest = std::span(samples).subspan(2 * real);
                {
                    const std::lock_guard filling(filling_);
                    if (fill_) {
                        fill_(run, rest, kLatency + lengthOf(real));
                    }
                }
                real +=
                    static_cast<std::size_t>(std::ranges::count_if(rest, [](float sample) { return sample > 0; })) / 2;
                std::unique_lock lock(mutex_);
                if (run != run_ || !running_) {
                    real = 0;
                    break;
                }
                if (real < 480) {
                    started_.wait_for(lock, std::chrono::milliseconds(1));
                }
            }
            const std::lock_guard lock(mutex_);
            if (real > 0 && run == run_ && running_) {
                if (counted_ == 0) {
                    from_ = samples[0];
                }
                blocks_.push_back({at + kLatency, lengthOf(real), samples[0], counted_});
                counted_ += static_cast<std::int64_t>(real);
            }
        }
    }

    // What is heard at `now` of audio played at `speed`: by the sample itself, or counted from the first where samples
    // were stretched. Empty in silence.
    std::optional<MediaTime> heard(SteadyTime now, double speed) const {
        const std::lock_guard lock(mutex_);
        for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
            if (block->heardAt <= now && now < block->heardAt + block->length) {
                const double into = std::chrono::duration<double>(now - block->heardAt).count();
                const double first =
                    speed == 1.0 ? indexOf(block->first) : indexOf(from_) + static_cast<double>(block->counted) * speed;
                return MediaTime(std::llround((first / 48'000 + into * speed) * 1e9));
            }
        }
        return std::nullopt;
    }

private:
    struct Block {
        SteadyTime heardAt;
        std::chrono::nanoseconds length;
        float first;
        std::int64_t counted;
    };
    static constexpr int kTries = 1000;  // only a hung player needs them
    static std::chrono::nanoseconds lengthOf(std::size_t frames) {
        return std::chrono::nanoseconds(frames * 1'000'000'000 / 48'000);
    }
    static double indexOf(float sample) { return std::round(sample / RampSource::kUnit) - 1; }

    const AudioFormat format_;
    std::mutex filling_;  // held while fill_ runs
    Fill fill_;
    mutable std::mutex mutex_;
    std::condition_variable started_;
    bool running_ = false;
    bool dead_ = false;
    int starts_ = 0;
    std::uint64_t run_ = 0;
    std::int64_t counted_ = 0;
    float from_ = 0;
    std::optional<SteadyTime> next_;
    std::vector<Block> blocks_;
};

}  // namespace sightline::test
