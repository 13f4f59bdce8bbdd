// Pictures as displayed, with captions drawn on them: libavfilter and libass. Included by core/media sources only.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/filter_graph.h"
#include "core/media/orientation.h"

namespace sightline {

// When a caption is shown, [start, end) on the time line of the pictures, and its text as written.
struct CaptionRange {
    std::chrono::milliseconds start, end;
    std::string text;
};

// Of the Dialogue lines of `ass`, in their order.
std::vector<CaptionRange> captionRanges(const std::string& ass);

// `ass` with the colours of its styles at that share of their brightness.
std::string withBrightness(std::string ass, double share);

// Not thread-safe. Frames keep their timestamps.
class CaptionFilter {
public:
    // Writes `ass` to a temporary file, where libass reads it; when it is empty, nothing is drawn. A letter that no
    // font here has is drawn as a box and told in the log, with the name of the package that has it. Errors: Io;
    // Unsupported when there is no font, when of a caption no letter at all can be drawn, or when it is not in ASS
    // format.
    static Result<CaptionFilter> create(const std::string& ass, const Orientation& orientation, AVRational timeBase,
                                        std::int64_t firstTimestamp);
    CaptionFilter(CaptionFilter&& other) noexcept;
    CaptionFilter(const CaptionFilter&) = delete;
    CaptionFilter& operator=(const CaptionFilter&) = delete;
    CaptionFilter& operator=(CaptionFilter&&) = delete;
    ~CaptionFilter();

    // The picture upright, captioned, in 8-bit 4:2:0 and of the first picture's size; takes the frame's content.
    // `aspect` is that of its pixels. Errors: Unsupported, Internal.
    Result<AvFramePtr> apply(AVFrame& frame, AVRational aspect);

private:
    CaptionFilter(std::filesystem::path assFile, const Orientation& orientation, AVRational timeBase,
                  std::int64_t firstTimestamp)
        : assFile_(std::move(assFile)), orientation_(orientation), timeBase_(timeBase),
          firstTimestamp_(firstTimestamp) {}
    Result<void> configure(const AVFrame& frame, AVRational aspect);
    Result<void> checkFonts(const std::string& ass);
    void addPlacing(FilterGraph& graph, int width, int height, AVRational aspect, bool isRgb);

    std::filesystem::path assFile_;
    Orientation orientation_;
    AVRational timeBase_;
    std::int64_t firstTimestamp_;
    std::unique_ptr<FilterGraph> graph_;
    int inputWidth_ = 0, inputHeight_ = 0, inputFormat_ = AV_PIX_FMT_NONE;
    int outputWidth_ = 0, outputHeight_ = 0;  // of the first picture
    AVRational outputAspect_{1, 1};
};

}  // namespace sightline
