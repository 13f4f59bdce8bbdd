#include "core/narration/speech.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/base/thread_name.h"
#include "core/captions/source_reference.h"
#include "core/inference/speech_detector.h"
#include "core/media/files/audio_reader.h"

namespace sightline {
namespace {

constexpr auto kWindowSamples = static_cast<std::int64_t>(SpeechDetector::kWindow);
constexpr MediaTime kWindow =
    std::chrono::nanoseconds(std::chrono::seconds(1)) * kWindowSamples / SpeechDetector::kRate;
// What a thread takes at once, and the stretches of it that are computed side by side: 16 cost what 3 cost one after
// the other.
constexpr std::int64_t kStretches = 16;
constexpr std::int64_t kLeastWindows = 125;          // of a stretch, 4 s
constexpr std::int64_t kMostWindows = 20 * 125 / 4;  // 20 s
// Heard before each stretch, so that the network has settled: 2 s.
constexpr std::int64_t kWarmUpWindows = 62;
constexpr std::string_view kMagic = "Sightline speech 1";

class SpeechFinder {
public:
    SpeechFinder(AudioSource& source, const std::function<void(MediaTime)>& progress, const std::stop_token& stop)
        : source_(source), progress_(progress), stop_(stop) {}

    // The likelihoods of all windows.
    Result<std::vector<float>> run(const std::filesystem::path& model, int threads) {
        {
            std::vector<std::jthread> others;
            for (int i = 1; i < threads; ++i) {
                others.emplace_back([this, &model] {
                    nameThisThread("speech");
                    work(model, {});
                });
            }
            work(model, progress_);
        }
        if (error_) {
            return tl::unexpected(*error_);
        }
        std::vector<float> all;
        for (const auto& [index, part] : answers_) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }

private:
    struct Batch {
        std::size_t index = 0;
        std::int64_t warmUp = 0;   // windows before the batch's own
        std::int64_t windows = 0;  // its own
        std::vector<float> samples;
        MediaTime end{};
    };

    void work(const std::filesystem::path& model, const std::function<void(MediaTime)>& progress) {
        auto detector = SpeechDetector::load(model);
        if (!detector) {
            end(detector.error());
            return;
        }
        while (auto batch = next()) {
            auto answers = hear(**detector, *batch);
            if (!answers) {
                end(answers.error());
                return;
            }
            {
                const std::lock_guard lock(answersMutex_);
                answers_.emplace(batch->index, std::move(*answers));
            }
            if (progress) {
                progress(batch->end);
            }
        }
    }

    void end(const Error& error) {
        const std::lock_guard lock(readMutex_);
        ended_ = true;
        if (!error_) {
            error_ = error;
        }
    }

    // Reads on; nothing at the end.
    std::optional<Batch> next() {
        const std::lock_guard lock(readMutex_);
        if (stop_.stop_requested() && !error_) {
            error_ = Error{ErrorCode::Cancelled, "Looking for speech was cancelled.", {}};
        }
        if (ended_ || error_) {
            return std::nullopt;
        }
        Batch batch;
        batch.index = batches_++;
        batch.warmUp = static_cast<std::int64_t>(last_.size()) / kWindowSamples;
        constexpr auto kWanted = static_cast<std::size_t>(kStretches * kMostWindows * kWindowSamples);
        const std::size_t before = last_.size();
        batch.samples = std::vector<float>(before + kWanted);
        std::ranges::copy(last_, batch.samples.begin());
        std::size_t filled = 0;
        while (filled < kWanted && !stop_.stop_requested()) {
            const auto count = source_.read(std::span(batch.samples).subspan(before + filled));
            if (!count) {
                error_ = count.error();
                return std::nullopt;
            }
            if (*count == 0) {
                ended_ = true;
                break;
            }
            filled += *count;
        }
        batch.windows = (static_cast<std::int64_t>(filled) + kWindowSamples - 1) / kWindowSamples;
        batch.samples.resize(before + static_cast<std::size_t>(batch.windows * kWindowSamples), 0.0F);
        std::fill(batch.samples.begin() + static_cast<std::ptrdiff_t>(before + filled), batch.samples.end(), 0.0F);
        if (batch.windows == 0) {
            return std::nullopt;
        }
        read_ += batch.windows;
        batch.end = kWindow * read_;
        const auto kept = std::min<std::size_t>(batch.samples.size(), kWarmUpWindows * kWindowSamples);
        last_.assign(batch.samples.end() - static_cast<std::ptrdiff_t>(kept), batch.samples.end());
        return batch;
    }

    static Result<std::vector<float>> hear(SpeechDetector& detector, const Batch& batch) {
        const std::int64_t length =
            std::clamp((batch.windows + kStretches - 1) / kStretches, kLeastWindows, kMostWindows);
        const std::int64_t stretches = (batch.windows + length - 1) / length;
        const std::int64_t heard = kWarmUpWindows + length;
        // A stretch without sound before it begins in silence; so does the first.
        std::vector<float> samples(static_cast<std::size_t>(stretches * heard * kWindowSamples), 0.0F);
        const std::int64_t all = batch.warmUp + batch.windows;
        for (std::int64_t i = 0; i < stretches; ++i) {
            const std::int64_t begins = batch.warmUp + i * length - kWarmUpWindows;  // window of batch.samples
            const std::int64_t first = std::max<std::int64_t>(begins, 0);
            const std::int64_t last = std::min(begins + heard, all);
            std::copy(batch.samples.begin() + first * kWindowSamples, batch.samples.begin() + last * kWindowSamples,
                      samples.begin() + (i * heard + first - begins) * kWindowSamples);
        }
        auto answers = detector.likelihoods(samples, static_cast<std::size_t>(stretches));
        if (!answers) {
            return answers;
        }
        std::vector<float> own;
        for (std::int64_t i = 0; i < stretches; ++i) {
            const std::int64_t count = std::min(length, batch.windows - i * length);
            const auto at = answers->begin() + i * heard + kWarmUpWindows;
            own.insert(own.end(), at, at + count);
        }
        return own;
    }

    AudioSource& source_;
    const std::function<void(MediaTime)>& progress_;
    const std::stop_token& stop_;

    // guarded by readMutex_
    std::mutex readMutex_;
    std::size_t batches_ = 0;
    std::int64_t read_ = 0;    // windows
    std::vector<float> last_;  // before what is read next
    bool ended_ = false;
    std::optional<Error> error_;

    // guarded by answersMutex_
    std::mutex answersMutex_;
    std::map<std::size_t, std::vector<float>> answers_;  // by batch
};

// A line of text for each range, behind one that says what the file is.
std::optional<std::vector<TimeRange>> load(const std::filesystem::path& file, const std::string& heading) {
    std::ifstream stream(file);
    std::string line;
    if (!stream || !std::getline(stream, line) || line != heading) {
        return std::nullopt;
    }
    std::vector<TimeRange> ranges;
    MediaTime::rep start = 0;
    MediaTime::rep end = 0;
    while (stream >> start >> end) {
        ranges.push_back({MediaTime(start), MediaTime(end)});
    }
    return stream.eof() ? std::optional(std::move(ranges)) : std::nullopt;
}

void save(const std::filesystem::path& file, const std::string& heading, const std::vector<TimeRange>& ranges) {
    std::string text = heading + "\n";
    for (const TimeRange& range : ranges) {
        text += fmt::format("{} {}\n", range.start.count(), range.end.count());
    }
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    if (auto written = writeFileAtomically(file, text); !written) {
        logger("narration")->info("{}", written.error().message);
    }
}

}  // namespace

std::vector<TimeRange> speechRanges(std::span<const float> likelihoods, MediaTime window,
                                    const SpeechOptions& options) {
    std::vector<TimeRange> ranges;
    bool speaks = false;
    for (std::size_t i = 0; i < likelihoods.size(); ++i) {
        const MediaTime at = window * static_cast<std::int64_t>(i);
        speaks = likelihoods[i] >= options.begins || (speaks && likelihoods[i] >= options.goesOn);
        if (!speaks) {
            continue;
        }
        if (!ranges.empty() && at - ranges.back().end < options.shortestPause) {
            ranges.back().end = at + window;
        } else {
            ranges.push_back({at, at + window});
        }
    }
    std::erase_if(ranges, [&](const TimeRange& range) { return range.end - range.start < options.shortestSpeech; });
    const MediaTime end = window * static_cast<std::int64_t>(likelihoods.size());
    std::vector<TimeRange> padded;
    for (const TimeRange& range : ranges) {
        const TimeRange wider{std::max(range.start - options.padding, MediaTime::zero()),
                              std::min(range.end + options.padding, end)};
        if (!padded.empty() && wider.start <= padded.back().end) {
            padded.back().end = wider.end;
        } else {
            padded.push_back(wider);
        }
    }
    return padded;
}

Result<std::vector<TimeRange>> findSpeech(const std::filesystem::path& video, const SpeechSearch& search,
                                          const std::function<void(MediaTime)>& progress, const std::stop_token& stop) {
    std::filesystem::path cached;
    const std::string heading = fmt::format("{} {} {} {} {} {}", kMagic, search.options.begins, search.options.goesOn,
                                            search.options.shortestPause.count(), search.options.shortestSpeech.count(),
                                            search.options.padding.count());
    if (!search.cacheFolder.empty()) {
        const auto source = referTo(video);
        if (!source) {
            return tl::unexpected(source.error());
        }
        cached = search.cacheFolder / (source->fingerprint + ".speech");
        if (auto known = load(cached, heading)) {
            return *known;
        }
    }
    auto source = openAudio(video, {SpeechDetector::kRate, 1});
    if (!source) {
        return tl::unexpected(source.error());
    }
    std::vector<TimeRange> ranges;
    if (*source) {
        const std::stop_callback onStop(stop, [&source] { (*source)->interrupt(); });
        auto likelihoods = SpeechFinder(**source, progress, stop).run(search.model, std::max(search.threads, 1));
        if (!likelihoods) {
            return tl::unexpected(likelihoods.error());
        }
        ranges = speechRanges(*likelihoods, kWindow, search.options);
    }
    if (!cached.empty()) {
        save(cached, heading, ranges);
    }
    return ranges;
}

}  // namespace sightline
