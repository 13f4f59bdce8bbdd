#include "core/pipeline/file_session.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <thread>

#include "core/base/thread_name.h"
#include "core/pipeline/bounded_queue.h"

namespace sightline {
namespace {

// Enough to keep the captioning thread busy while a long group of pictures is decoded; 8 frames of 1080p are 66 MB.
constexpr std::size_t kFramesAhead = 8;

}  // namespace

Result<FileSessionReport> captionFile(FrameSource& source, Captioner& captioner, const FileSessionOptions& options,
                                      const std::function<void(const Caption&, const StageTimes&)>& emit,
                                      const std::stop_token& stop) {
    FileSessionReport report;
    const auto begun = std::chrono::steady_clock::now();
    BoundedQueue<Frame> sampled(kFramesAhead);
    std::optional<Error> readError;
    std::jthread reader([&](const std::stop_token& readerStop) {
        nameThisThread("capture");
        std::optional<MediaTime> due;
        while (!readerStop.stop_requested()) {
            const auto started = std::chrono::steady_clock::now();
            auto glimpse = source.glimpse();
            report.read += std::chrono::steady_clock::now() - started;
            if (!glimpse) {
                readError = glimpse.error();
                break;
            }
            const MediaTime pts = glimpse->frame.pts;
            ++report.framesRead;
            report.end = std::max(report.end, pts + glimpse->frame.duration);
            if (due && pts < *due) {
                continue;
            }
            // The grid stays fixed, so that one late frame does not shift all later samples.
            const MediaTime grid = due.value_or(pts);
            const MediaTime interval = std::max(options.interval, MediaTime(1));
            due = grid + ((pts - grid) / interval + 1) * interval;
            auto frame = developed(std::move(*glimpse));
            if (!frame) {
                readError = frame.error();
                break;
            }
            if (!sampled.push(std::move(*frame), readerStop)) {
                break;
            }
        }
        sampled.close();
    });
    const std::stop_callback cancel(stop, [&] {
        source.interrupt();
        reader.request_stop();
        sampled.close();
    });

    std::optional<Caption> open;  // its end is the start of the next one
    StageTimes openTimes;
    const auto emitOpen = [&](MediaTime end) {
        if (open) {
            open->end = end;
            emit(*open, openTimes);
            ++report.captions;
            open.reset();
        }
    };
    std::deque<Frame> taken;  // and not captioned yet
    const auto next = [&](bool wait) -> const Image* {
        auto frame = wait ? sampled.pop(stop) : sampled.tryPop();
        return frame ? &taken.emplace_back(std::move(*frame)).image : nullptr;
    };
    const auto captioned = captioner.captionAll(next, options.search, [&](GeneratedCaption generated) {
        const Frame frame = std::move(taken.front());
        taken.pop_front();
        emitOpen(frame.pts);
        openTimes = generated.times;
        open = Caption{std::move(generated.text),
                       generated.confidence,
                       std::move(generated.search.tokens),
                       frame.id,
                       frame.generation,
                       frame.pts,
                       frame.pts,
                       frame.captured,
                       std::chrono::steady_clock::now()};
    });
    if (!captioned) {
        source.interrupt();
        reader.request_stop();
        sampled.close();
        return tl::unexpected(captioned.error());
    }
    reader.request_stop();
    reader.join();
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "Captioning was cancelled.");
    }
    emitOpen(report.end);
    report.wall = std::chrono::steady_clock::now() - begun;
    if (readError && readError->code != ErrorCode::EndOfStream) {
        return tl::unexpected(*readError);
    }
    return report;
}

}  // namespace sightline
