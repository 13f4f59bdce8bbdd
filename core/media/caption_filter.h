// Pictures as displayed, with captions drawn on them: libavfilter and libass. Included by core/media sources only.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"

extern "C" {
#include <libavfilter/avfilter.h>
}

namespace sightline {

struct FilterGraphDeleter {
    void operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }
};
using FilterGraphPtr = std::unique_ptr<AVFilterGraph, FilterGraphDeleter>;

// One filter after another between a buffer source and a sink.
class FilterChain {
public:
    // `source` is "buffer" or "abuffer". A chain that failed once stays failed; configure() tells.
    FilterChain(const char* source, const std::string& arguments);

    void add(const char* filter, const std::string& arguments = {});
    // With one option whose value needs no escaping.
    void add(const char* filter, const char* option, const std::string& value, const std::string& arguments);
    // Zero or an AVERROR.
    int finish(const char* sink);

    AVFilterContext* source = nullptr;
    AVFilterContext* sink = nullptr;

private:
    AVFilterContext* append(const char* filter);

    FilterGraphPtr graph_;
    AVFilterContext* last_ = nullptr;
    int code_ = 0;
};

// Not thread-safe. Frames keep their timestamps.
class CaptionFilter {
public:
    // Writes `ass` to a temporary file, where libass reads it. `rotation` is clockwise in degrees. Error: Io.
    static Result<CaptionFilter> create(const std::string& ass, int rotation, AVRational timeBase,
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
    CaptionFilter(std::filesystem::path assFile, int rotation, AVRational timeBase, std::int64_t firstTimestamp)
        : assFile_(std::move(assFile)), rotation_(rotation), timeBase_(timeBase), firstTimestamp_(firstTimestamp) {}
    Result<void> configure(const AVFrame& frame, AVRational aspect);

    std::filesystem::path assFile_;
    int rotation_;
    AVRational timeBase_;
    std::int64_t firstTimestamp_;
    std::unique_ptr<FilterChain> chain_;
    int inputWidth_ = 0, inputHeight_ = 0, inputFormat_ = AV_PIX_FMT_NONE;
    int outputWidth_ = 0, outputHeight_ = 0;  // of the first picture
};

}  // namespace sightline
