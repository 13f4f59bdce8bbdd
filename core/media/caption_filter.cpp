#include "core/media/caption_filter.h"

#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace sightline {
namespace {

bool isRgb(int format) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
    return descriptor && (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

}  // namespace

FilterChain::FilterChain(const char* sourceName, const std::string& arguments) : graph_(avfilter_graph_alloc()) {
    add(sourceName, arguments);
    source = last_;
}

AVFilterContext* FilterChain::append(const char* filter) {
    const AVFilter* found = avfilter_get_by_name(filter);
    AVFilterContext* context =
        code_ >= 0 && found && graph_ ? avfilter_graph_alloc_filter(graph_.get(), found, filter) : nullptr;
    if (!context && code_ >= 0) {
        code_ = found ? AVERROR(ENOMEM) : AVERROR_FILTER_NOT_FOUND;
    }
    return context;
}

void FilterChain::add(const char* filter, const std::string& arguments) { add(filter, nullptr, {}, arguments); }

void FilterChain::add(const char* filter, const char* option, const std::string& value, const std::string& arguments) {
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

int FilterChain::finish(const char* sinkName) {
    add(sinkName);
    sink = last_;
    return code_ < 0 ? code_ : avfilter_graph_config(graph_.get(), nullptr);
}

Result<CaptionFilter> CaptionFilter::create(const std::string& ass, int rotation, AVRational timeBase,
                                            std::int64_t firstTimestamp) {
    std::error_code status;
    auto folder = std::filesystem::temp_directory_path(status);
    std::string name = (folder / "sightline-XXXXXX.ass").string();
    const int file = ::mkstemps(name.data(), 4);
    CaptionFilter filter(file >= 0 ? name : std::string(), rotation, timeBase, firstTimestamp);
    const bool written = file >= 0 && ::write(file, ass.data(), ass.size()) == static_cast<ssize_t>(ass.size());
    if (file >= 0) {
        ::close(file);
    }
    if (!written) {
        return fail(ErrorCode::Io,
                    fmt::format("Cannot draw captions: no temporary file can be written in {}. Free space "
                                "there, or set TMPDIR to another folder.",
                                folder.string()));
    }
    return filter;
}

CaptionFilter::CaptionFilter(CaptionFilter&& other) noexcept
    : assFile_(std::exchange(other.assFile_, {})), rotation_(other.rotation_), timeBase_(other.timeBase_),
      firstTimestamp_(other.firstTimestamp_), chain_(std::move(other.chain_)) {}

CaptionFilter::~CaptionFilter() {
    if (!assFile_.empty()) {
        ::unlink(assFile_.c_str());
    }
}

Result<void> CaptionFilter::configure(const AVFrame& frame, AVRational aspect) {
    const bool square = aspect.num <= 0 || aspect.den <= 0;
    const AVRational pixel = square ? AVRational{1, 1} : aspect;
    auto chain = std::make_unique<FilterChain>(
        "buffer",
        fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect={}/{}", frame.width, frame.height,
                    frame.format, timeBase_.num, timeBase_.den, square ? 0 : aspect.num, pixel.den));
    switch (rotation_) {
        case 90: chain->add("transpose", "clock"); break;
        case 180:
            chain->add("hflip");
            chain->add("vflip");
            break;
        case 270: chain->add("transpose", "cclock"); break;
        default: break;
    }
    const bool turned = rotation_ % 180 != 0;
    const int width = turned ? frame.height : frame.width;
    const int height = turned ? frame.width : frame.height;
    if (outputWidth_ == 0) {
        outputWidth_ = width + width % 2;
        outputHeight_ = height + height % 2;
    }
    // H.264 with 4:2:0 chroma has even sizes only, and one for the whole file.
    const bool sized = width == outputWidth_ && height == outputHeight_;
    if (!sized || isRgb(frame.format)) {
        chain->add("scale", fmt::format("{}:{}{}", outputWidth_, outputHeight_,
                                        isRgb(frame.format) ? ":out_color_matrix=bt709:out_range=tv" : ""));
    }
    chain->add("format", "yuv420p|yuvj420p");
    // libass stretches letters as the picture was stretched from its original size. With the size as displayed for
    // that, they come out upright on pixels that are not square.
    const AVRational upright = turned ? av_inv_q(pixel) : pixel;
    std::string arguments;
    if (av_cmp_q(upright, {1, 1}) != 0) {
        arguments =
            fmt::format("original_size={}x{}", av_rescale(outputWidth_, upright.num, upright.den), outputHeight_);
    }
    chain->add("ass", "filename", assFile_.string(), arguments);
    const int code = chain->finish("buffersink");
    if (code == AVERROR_FILTER_NOT_FOUND) {
        return fail(ErrorCode::Unsupported,
                    "Cannot draw captions: this FFmpeg was built without libass. Install one with libass.");
    }
    if (code < 0) {
        return fail(ErrorCode::Unsupported,
                    "Cannot draw captions: the subtitles are not in ASS format, or the picture is of an unknown kind. "
                    "Export the captions as ASS again.",
                    ffmpegErrorText(code));
    }
    chain_ = std::move(chain);
    inputWidth_ = frame.width;
    inputHeight_ = frame.height;
    inputFormat_ = frame.format;
    return {};
}

Result<AvFramePtr> CaptionFilter::apply(AVFrame& frame, AVRational aspect) {
    if (!chain_ || frame.width != inputWidth_ || frame.height != inputHeight_ || frame.format != inputFormat_) {
        if (auto configured = configure(frame, aspect); !configured) {
            return tl::unexpected(configured.error());
        }
    }
    const bool rgb = isRgb(frame.format);
    const std::int64_t timestamp = frame.pts;
    frame.pts -= firstTimestamp_;  // where captions' times count from
    av_frame_remove_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    AvFramePtr result(av_frame_alloc());
    int code = av_buffersrc_add_frame(chain_->source, &frame);
    if (code >= 0) {
        code = av_buffersink_get_frame(chain_->sink, result.get());
    }
    if (code < 0) {
        return fail(ErrorCode::Internal, "Cannot draw captions. Report the video that shows this.",
                    ffmpegErrorText(code));
    }
    result->pts = timestamp;
    result->sample_aspect_ratio = av_buffersink_get_sample_aspect_ratio(chain_->sink);
    if (rgb) {
        result->colorspace = AVCOL_SPC_BT709;
        result->color_range = AVCOL_RANGE_MPEG;
    }
    return result;
}

}  // namespace sightline
