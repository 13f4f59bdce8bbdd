#include "core/pipeline/waveform_store.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/base/thread_name.h"
#include "core/captions/source_reference.h"
#include "core/media/files/audio_reader.h"

namespace sightline {
namespace {

constexpr int kStepsATime = 500;  // 5 s of audio between two words of progress

}  // namespace

WaveformStore::WaveformStore(std::filesystem::path video, std::filesystem::path cacheFolder,
                             std::function<void()> changed)
    : video_(std::move(video)), cacheFolder_(std::move(cacheFolder)), changed_(std::move(changed)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

WaveformStore::~WaveformStore() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    if (reading_) {
        reading_->interrupt();
    }
}

std::vector<float> WaveformStore::peaks(MediaTime start, MediaTime end, int count) const {
    const std::lock_guard lock(mutex_);
    return start < waveform_.end() ? waveform_.peaks(start, end, count) : std::vector<float>();
}

bool WaveformStore::isComplete() const {
    const std::lock_guard lock(mutex_);
    return complete_;
}

bool WaveformStore::cameFromCache() const {
    const std::lock_guard lock(mutex_);
    return cached_;
}

bool WaveformStore::load(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return false;
    }
    auto waveform = Waveform::fromBytes(std::string{std::istreambuf_iterator<char>(stream), {}});
    if (!waveform) {
        logger("pipeline")->info("{}: {}", file.string(), waveform.error().message);
        return false;
    }
    const std::lock_guard lock(mutex_);
    waveform_ = std::move(*waveform);
    cached_ = true;
    return true;
}

bool WaveformStore::compute(AudioSource& source, const std::stop_token& stop) {
    const AudioFormat& format = source.format();
    const auto stepFloats = static_cast<std::size_t>(format.rate * Waveform::kStep / std::chrono::seconds(1)) *
                            static_cast<std::size_t>(format.channels);
    std::vector<float> samples(stepFloats * kStepsATime);
    while (!stop.stop_requested()) {
        const auto count = source.read(samples);
        if (!count) {
            return false;
        }
        if (*count == 0) {
            return true;
        }
        const auto known = std::span(samples).first(*count * static_cast<std::size_t>(format.channels));
        {
            const std::lock_guard lock(mutex_);
            for (std::size_t at = 0; at < known.size(); at += stepFloats) {
                const auto [lowest, highest] =
                    std::ranges::minmax(known.subspan(at, std::min(stepFloats, known.size() - at)));
                waveform_.append(lowest, highest);
            }
        }
        changed_();
    }
    return false;
}

void WaveformStore::save(const std::filesystem::path& file) {
    std::string bytes;
    {
        const std::lock_guard lock(mutex_);
        bytes = waveform_.toBytes();
    }
    std::error_code status;
    std::filesystem::create_directories(file.parent_path(), status);
    if (auto written = writeFileAtomically(file, bytes); !written) {
        logger("pipeline")->info("The waveform is computed anew next time. {}", written.error().message);
    }
}

void WaveformStore::finish() {
    {
        const std::lock_guard lock(mutex_);
        complete_ = true;
    }
    changed_();
}

void WaveformStore::run(const std::stop_token& stop) {
    nameThisThread("waveform");
    std::filesystem::path file;
    if (!cacheFolder_.empty()) {
        if (const auto reference = referTo(video_)) {
            file = cacheFolder_ / (reference->fingerprint + ".waveform");
        }
    }
    if (!file.empty() && load(file)) {
        finish();
        return;
    }
    const auto opened = openAudio(video_);
    if (!opened) {
        logger("pipeline")->warn("No waveform: {} {}", opened.error().message, opened.error().detail);
        return;
    }
    if (!*opened) {
        finish();
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        reading_ = opened->get();
    }
    const bool whole = compute(**opened, stop);
    {
        const std::lock_guard lock(mutex_);
        reading_ = nullptr;
    }
    if (!whole) {
        return;
    }
    if (!file.empty()) {
        save(file);
    }
    finish();
}

}  // namespace sightline
