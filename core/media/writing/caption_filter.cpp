#include "core/media/writing/caption_filter.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
}

namespace sightline {
namespace {

// libass takes whole milliseconds, and the filter cuts them off a product of floating-point numbers: 1.001 s becomes
// 1000 ms, before a cue that starts with that very frame. Half a millisecond more is far from either neighbour.
constexpr AVRational kFilterBase{1, 2000};

std::int64_t filterTime(std::int64_t sinceFirst, AVRational timeBase) {
    return 2 * av_rescale_q_rnd(sinceFirst, timeBase, {1, 1000}, AV_ROUND_DOWN) + 1;
}

bool isRgb(int format) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
    return descriptor && (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

}  // namespace

Result<CaptionFilter> CaptionFilter::create(const std::string& ass, const Orientation& orientation, AVRational timeBase,
                                            std::int64_t firstTimestamp) {
    std::error_code status;
    auto folder = std::filesystem::temp_directory_path(status);
    std::string name = (folder / "sightline-XXXXXX.ass").string();
    const int file = ::mkstemps(name.data(), 4);
    CaptionFilter filter(file >= 0 ? name : std::string(), orientation, timeBase, firstTimestamp);
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
    : assFile_(std::exchange(other.assFile_, {})), orientation_(other.orientation_), timeBase_(other.timeBase_),
      firstTimestamp_(other.firstTimestamp_), graph_(std::move(other.graph_)) {}

CaptionFilter::~CaptionFilter() {
    if (!assFile_.empty()) {
        ::unlink(assFile_.c_str());
    }
}

Result<void> CaptionFilter::configure(const AVFrame& frame, AVRational aspect) {
    const bool square = aspect.num <= 0 || aspect.den <= 0;
    const AVRational pixel = square ? AVRational{1, 1} : aspect;
    auto graph = std::make_unique<FilterGraph>(
        "buffer",
        fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect={}/{}", frame.width, frame.height,
                    frame.format, kFilterBase.num, kFilterBase.den, square ? 0 : aspect.num, pixel.den));
    if (orientation_.transposed) {
        graph->add("transpose", "cclock_flip");  // rows become columns, no more
    }
    if (orientation_.mirroredLeftRight) {
        graph->add("hflip");
    }
    if (orientation_.mirroredUpDown) {
        graph->add("vflip");
    }
    const bool turned = orientation_.transposed;
    const int width = turned ? frame.height : frame.width;
    const int height = turned ? frame.width : frame.height;
    if (outputWidth_ == 0) {
        outputWidth_ = width + width % 2;
        outputHeight_ = height + height % 2;
    }
    // H.264 with 4:2:0 chroma has even sizes only, and one for the whole file.
    const bool sized = width == outputWidth_ && height == outputHeight_;
    if (!sized || isRgb(frame.format)) {
        graph->add("scale", fmt::format("{}:{}{}", outputWidth_, outputHeight_,
                                        isRgb(frame.format) ? ":out_color_matrix=bt709:out_range=tv" : ""));
    }
    graph->add("format", "yuv420p|yuvj420p");
    // libass stretches letters as the picture was stretched from its original size. With the size as displayed for
    // that, they come out upright on pixels that are not square.
    const AVRational upright = turned ? av_inv_q(pixel) : pixel;
    std::string arguments;
    if (av_cmp_q(upright, {1, 1}) != 0) {
        arguments =
            fmt::format("original_size={}x{}", av_rescale(outputWidth_, upright.num, upright.den), outputHeight_);
    }
    graph->add("ass", "filename", assFile_.string(), arguments);
    const int code = graph->finish("buffersink");
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
    graph_ = std::move(graph);
    inputWidth_ = frame.width;
    inputHeight_ = frame.height;
    inputFormat_ = frame.format;
    return {};
}

Result<AvFramePtr> CaptionFilter::apply(AVFrame& frame, AVRational aspect) {
    if (!graph_ || frame.width != inputWidth_ || frame.height != inputHeight_ || frame.format != inputFormat_) {
        if (auto configured = configure(frame, aspect); !configured) {
            return tl::unexpected(configured.error());
        }
    }
    const bool rgb = isRgb(frame.format);
    const std::int64_t timestamp = frame.pts;
    frame.pts = filterTime(frame.pts - firstTimestamp_, timeBase_);  // captions count from the first frame
    av_frame_remove_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    AvFramePtr result(av_frame_alloc());
    int code = av_buffersrc_add_frame(graph_->source(), &frame);
    if (code >= 0) {
        code = av_buffersink_get_frame(graph_->sink(), result.get());
    }
    if (code < 0) {
        return fail(ErrorCode::Internal, "Cannot draw captions. Report the video that shows this.",
                    ffmpegErrorText(code));
    }
    result->pts = timestamp;
    result->sample_aspect_ratio = av_buffersink_get_sample_aspect_ratio(graph_->sink());
    if (rgb) {
        result->colorspace = AVCOL_SPC_BT709;
        result->color_range = AVCOL_RANGE_MPEG;
    }
    return result;
}

}  // namespace sightline
