// A graph of libavfilter filters, one after another. Included by core/media only.
#pragma once

#include <memory>
#include <string>

#include "core/media/ffmpeg_common.h"

struct AVFilterContext;
struct AVFilterGraph;

namespace sightline {

// Built once: source, filters in their order, finish(). A graph that failed once stays failed; finish() tells.
class FilterGraph {
public:
    // `source` is "buffer" or "abuffer"; `threads` 0 is FFmpeg's choice.
    FilterGraph(const char* source, const std::string& arguments, int threads = 0);

    void add(const char* filter, const std::string& arguments = {});
    // With one option whose value needs no escaping.
    void add(const char* filter, const char* option, const std::string& value, const std::string& arguments);
    // As written on ffmpeg's command line: "a=1,b".
    void addAll(const std::string& filters);
    // Zero or an AVERROR; AVERROR_FILTER_NOT_FOUND where this FFmpeg lacks a filter.
    int finish(const char* sink);

    // Owned by the graph.
    AVFilterContext* source() const { return source_; }
    AVFilterContext* sink() const { return last_; }

private:
    struct Deleter {
        void operator()(AVFilterGraph* graph) const;
    };

    AVFilterContext* append(const char* filter);

    std::unique_ptr<AVFilterGraph, Deleter> graph_;
    AVFilterContext* source_ = nullptr;
    AVFilterContext* last_ = nullptr;
    int code_ = 0;
};

}  // namespace sightline
