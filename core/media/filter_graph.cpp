#include "core/media/filter_graph.h"

#include <cerrno>

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavutil/opt.h>
}

namespace sightline {

void FilterGraph::Deleter::operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }

FilterGraph::FilterGraph(const char* source, const std::string& arguments, int threads)
    : graph_(avfilter_graph_alloc()) {
    if (graph_) {
        graph_->nb_threads = threads;
    }
    add(source, arguments);
    source_ = last_;
}

AVFilterContext* FilterGraph::append(const char* filter) {
    const AVFilter* found = avfilter_get_by_name(filter);
    AVFilterContext* context =
        code_ >= 0 && found && graph_ ? avfilter_graph_alloc_filter(graph_.get(), found, filter) : nullptr;
    if (!context && code_ >= 0) {
        code_ = found ? AVERROR(ENOMEM) : AVERROR_FILTER_NOT_FOUND;
    }
    return context;
}

void FilterGraph::add(const char* filter, const std::string& arguments) { add(filter, nullptr, {}, arguments); }

void FilterGraph::add(const char* filter, const char* option, const std::string& value, const std::string& arguments) {
    AVFilterContext* context = append(filter);
    if (!context) {
        return;
    }
    if (option) {
        code_ = av_opt_set(context, option, value.c_str(), AV_OPT_SEARCH_CHILDREN);
    }
    if (code_ >= 0) {
        code_ = avfilter_init_str(context, arguments.empty() ? nullptr : arguments.c_str());
    }
    if (code_ >= 0 && last_) {
        code_ = avfilter_link(last_, 0, context, 0);
    }
    last_ = context;
}

void FilterGraph::addAll(const std::string& filters) {
    if (code_ < 0) {
        return;
    }
    AVFilterInOut* inputs = nullptr;
    AVFilterInOut* outputs = nullptr;
    code_ = avfilter_graph_parse2(graph_.get(), filters.c_str(), &inputs, &outputs);
    if (code_ >= 0 && (!inputs || !outputs)) {
        code_ = AVERROR(EINVAL);
    }
    if (code_ >= 0) {
        code_ = avfilter_link(last_, 0, inputs->filter_ctx, static_cast<unsigned>(inputs->pad_idx));
    }
    if (code_ >= 0) {
        last_ = outputs->filter_ctx;
    }
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
}

int FilterGraph::finish(const char* sink) {
    add(sink);
    return code_ < 0 ? code_ : avfilter_graph_config(graph_.get(), nullptr);
}

}  // namespace sightline
