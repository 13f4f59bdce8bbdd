// The model behind one small interface: a picture in, a caption out.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/inference/manifest.h"
#include "core/inference/stage_times.h"
#include "core/inference/token_search.h"
#include "core/media/image.h"

namespace sightline {

struct CaptionCandidate {
    std::string text;
    double confidence = 0.0;  // 0..1

    bool operator==(const CaptionCandidate&) const = default;
};

struct GeneratedCaption {
    std::string text;
    double confidence = 0.0;  // 0..1
    SearchResult search;
    StageTimes times;
    bool reused = false;  // of an earlier picture that this one hardly differs from (caption_reuse.h)
    std::vector<CaptionCandidate> candidates;  // best first, no text twice; as many as SearchOptions asks for at most
};

// One thread at a time; the first call of a thread sets that thread's share of CPU threads.
class Captioner {
public:
    Captioner() = default;
    Captioner(const Captioner&) = delete;
    Captioner& operator=(const Captioner&) = delete;
    virtual ~Captioner() = default;

    virtual const Manifest& manifest() const = 0;

    // Intra-op CPU threads of the following calls; at least 1.
    virtual void setThreads(int threads) = 0;

    // Ways to look at each of the following pictures, 1 to kMostViews (picture_views.h): the most confident caption of
    // all is taken, which takes as many times as long. Captioners that know one way only stay with it.
    virtual void setViews(int /*views*/) {}

    // Errors: Model, when the network fails on this input.
    virtual Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) = 0;

    // The next picture, which must stay as it is until the one after the next is asked for; null: no more, or, where
    // not to `wait`, none yet.
    using PictureSource = std::function<const Image*(bool wait)>;

    // Captions picture after picture, in order, until there are no more; those of caption(), on the calling thread. May
    // encode a picture while the caption before it is generated; stage times then add up to more than the time
    // that passes. Ends at the first error.
    virtual Result<void> captionAll(const PictureSource& next, const SearchOptions& options,
                                    const std::function<void(GeneratedCaption)>& each) {
        while (const Image* image = next(true)) {
            auto generated = caption(*image, options);
            if (!generated) {
                return tl::unexpected(generated.error());
            }
            each(std::move(*generated));
        }
        return {};
    }

    // The search the bundle asks for, or with another number of beams where `beams` is not 0.
    SearchOptions defaultSearch(int beams = 0) const {
        return {beams > 0 ? beams : manifest().beams,
                manifest().maxTokens,
                manifest().lengthPenalty,
                std::chrono::milliseconds(0),
                0,
                0,
                manifest().rules,
                manifest().earlyStopping};
    }
};

}  // namespace sightline
