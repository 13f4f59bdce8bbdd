#include "core/media/filter_chain.h"

#include <fmt/format.h>

#include "core/base/logging.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavfilter/version.h>
}

namespace sightline {
FilterChain::FilterChain(FilterGraph graph, const AVFrame& first) : graph_(std::move(graph)), like_(av_frame_alloc()) {
    av_frame_copy_props(like_.get(), &first);
    like_->width = first.width;
    like_->height = first.height;
    like_->format = first.format;
}

std::unique_ptr<FilterChain> FilterChain::make(const std::string& filters, const AVFrame& first, int threads) {
    std::string input = fmt::format("video_size={}x{}:pix_fmt={}:time_base=1/1000000", first.width, first.height,
                                    static_cast<int>(first.format));
#if LIBAVFILTER_VERSION_MAJOR >= 10  // before, filters look at each picture's own tags
    input +=
        fmt::format(":colorspace={}:range={}", static_cast<int>(first.colorspace), static_cast<int>(first.color_range));
#endif
    FilterGraph graph("buffer", input, threads);
    graph.addAll(filters);
    if (const int code = graph.finish("buffersink"); code < 0) {
        logger("media")->warn("The filters '{}' cannot be used: {}", filters, ffmpegErrorText(code));
        return nullptr;
    }
    return std::unique_ptr<FilterChain>(new FilterChain(std::move(graph), first));
}

bool FilterChain::fits(const AVFrame& picture) const {
    return picture.width == like_->width && picture.height == like_->height && picture.format == like_->format &&
           picture.colorspace == like_->colorspace && picture.color_range == like_->color_range &&
           picture.color_trc == like_->color_trc && picture.color_primaries == like_->color_primaries;
}

bool FilterChain::push(const AVFrame* picture) {
    const int code = av_buffersrc_write_frame(graph_.source(), picture);
    if (code < 0) {
        logger("media")->debug("A filter failed: {}", ffmpegErrorText(code));
    }
    return code >= 0;
}

AvFramePtr FilterChain::pull() {
    AvFramePtr picture(av_frame_alloc());
    return av_buffersink_get_frame(graph_.sink(), picture.get()) >= 0 ? std::move(picture) : nullptr;
}

}  // namespace sightline
