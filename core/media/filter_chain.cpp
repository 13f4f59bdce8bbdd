#include "core/media/filter_chain.h"

#include <fmt/format.h>

#include "core/base/logging.h"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace sightline {
namespace {

struct InOutDeleter {
    void operator()(AVFilterInOut* ends) const { avfilter_inout_free(&ends); }
};
using InOutPtr = std::unique_ptr<AVFilterInOut, InOutDeleter>;

InOutPtr chainEnd(const char* label, AVFilterContext* filter) {
    InOutPtr end(avfilter_inout_alloc());
    end->name = av_strdup(label);
    end->filter_ctx = filter;
    end->pad_idx = 0;
    end->next = nullptr;
    return end;
}

}  // namespace

void FilterChain::GraphDeleter::operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }

std::unique_ptr<FilterChain> FilterChain::make(const std::string& filters, const AVFrame& first, int threads) {
    std::unique_ptr<FilterChain> chain(new FilterChain);
    chain->graph_.reset(avfilter_graph_alloc());
    chain->graph_->nb_threads = threads;
    chain->like_.reset(av_frame_alloc());
    av_frame_copy_props(chain->like_.get(), &first);
    chain->like_->width = first.width;
    chain->like_->height = first.height;
    chain->like_->format = first.format;

    AVFilterGraph* graph = chain->graph_.get();
    std::string input = fmt::format("video_size={}x{}:pix_fmt={}:time_base=1/1000000", first.width, first.height,
                                    static_cast<int>(first.format));
#if LIBAVFILTER_VERSION_MAJOR >= 10  // before, filters look at each picture's own tags
    input +=
        fmt::format(":colorspace={}:range={}", static_cast<int>(first.colorspace), static_cast<int>(first.color_range));
#endif
    int code =
        avfilter_graph_create_filter(&chain->in_, avfilter_get_by_name("buffer"), "in", input.c_str(), nullptr, graph);
    if (code >= 0) {
        code = avfilter_graph_create_filter(&chain->out_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr,
                                            graph);
    }
    if (code >= 0) {
        // Named from the filters' side: what comes out of our source is their input.
        AVFilterInOut* sources = chainEnd("in", chain->in_).release();
        AVFilterInOut* sinks = chainEnd("out", chain->out_).release();
        code = avfilter_graph_parse_ptr(graph, filters.c_str(), &sinks, &sources, nullptr);
        InOutPtr(sources).reset();
        InOutPtr(sinks).reset();
    }
    if (code >= 0) {
        code = avfilter_graph_config(graph, nullptr);
    }
    if (code < 0) {
        logger("media")->warn("The filters '{}' cannot be used: {}", filters, ffmpegErrorText(code));
        return nullptr;
    }
    return chain;
}

bool FilterChain::fits(const AVFrame& picture) const {
    return picture.width == like_->width && picture.height == like_->height && picture.format == like_->format &&
           picture.colorspace == like_->colorspace && picture.color_range == like_->color_range &&
           picture.color_trc == like_->color_trc && picture.color_primaries == like_->color_primaries;
}

bool FilterChain::push(const AVFrame* picture) {
    const int code = av_buffersrc_write_frame(in_, picture);
    if (code < 0) {
        logger("media")->debug("A filter failed: {}", ffmpegErrorText(code));
    }
    return code >= 0;
}

AvFramePtr FilterChain::pull() {
    AvFramePtr picture(av_frame_alloc());
    return av_buffersink_get_frame(out_, picture.get()) >= 0 ? std::move(picture) : nullptr;
}

}  // namespace sightline
