#include "core/pipeline/caption_alternatives.h"

#include <algorithm>
#include <functional>

namespace sightline {
namespace {

void take(std::vector<CaptionCandidate>& all, const CaptionCandidate& candidate) {
    const auto known = std::ranges::find(all, candidate.text, &CaptionCandidate::text);
    if (known == all.end()) {
        all.push_back(candidate);
    } else {
        known->confidence = std::max(known->confidence, candidate.confidence);
    }
}

}  // namespace

Result<std::vector<CaptionCandidate>> captionAlternatives(FrameSource& source, Captioner& captioner,
                                                          const TimeRange& range, int count,
                                                          const std::stop_token& stop, int frames) {
    SearchOptions search = captioner.defaultSearch(std::max(count, captioner.manifest().beams));
    search.candidates = count;
    std::vector<CaptionCandidate> all;
    std::uint64_t lastFrame = 0;
    bool captioned = false;
    for (int i = 0; i < frames; ++i) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::Cancelled, "The search for other captions was cancelled.");
        }
        if (auto sought = source.seek(range.start + (range.end - range.start) * (2 * i + 1) / (2 * frames)); !sought) {
            return tl::unexpected(sought.error());
        }
        auto frame = source.read();
        if (!frame) {
            if (captioned) {
                break;  // a cue may reach beyond the last frame
            }
            return tl::unexpected(frame.error());
        }
        if (captioned && frame->id == lastFrame) {
            continue;  // a range of a few frames
        }
        lastFrame = frame->id;
        auto caption = captioner.caption(frame->image, search);
        if (!caption) {
            return tl::unexpected(caption.error());
        }
        captioned = true;
        take(all, {caption->text, caption->confidence});
        for (const CaptionCandidate& candidate : caption->candidates) {
            take(all, candidate);
        }
    }
    std::ranges::stable_sort(all, std::greater(), &CaptionCandidate::confidence);
    all.resize(std::min(all.size(), static_cast<std::size_t>(std::max(0, count))));
    return all;
}

}  // namespace sightline
