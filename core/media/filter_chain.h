// Video filters that pictures are pushed through. Included by core/media only.
#pragma once

#include <memory>
#include <string>

#include "core/media/filter_graph.h"

namespace sightline {

// One input, one output; made once for all pictures of one kind. One thread at a time.
class FilterChain {
public:
    // For pictures like `first`, times in ticks of 1 / 1,000,000 s. Nothing where this FFmpeg lacks a filter or cannot
    // use it on such pictures; the log says which.
    static std::unique_ptr<FilterChain> make(const std::string& filters, const AVFrame& first, int threads);

    // Whether a picture is of the kind the chain was made for.
    bool fits(const AVFrame& picture) const;

    // Takes another reference to the picture; null: there are no more. False when the filters failed.
    bool push(const AVFrame* picture);

    // The next picture of the output; null while there is none.
    AvFramePtr pull();

private:
    FilterChain(FilterGraph graph, const AVFrame& first);

    FilterGraph graph_;
    AvFramePtr like_;  // what the input was made for, without pixels
};

}  // namespace sightline
