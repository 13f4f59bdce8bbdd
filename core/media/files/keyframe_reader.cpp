#include "core/media/files/keyframe_reader.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "core/media/files/animated_webp.h"
#include "core/media/files/video_decoder.h"
#include "core/media/files/video_input.h"
#include "core/media/frame_converter.h"
#include "core/media/orientation.h"

namespace sightline {
namespace {

class FfmpegKeyframeReader final : public KeyframeReader {
public:
    explicit FfmpegKeyframeReader(const std::filesystem::path& path)
        : decoder_(path, 1, interrupted_), converter_(1) {}  // one thread, so that a picture comes out at once

    Result<void> open() {
        routeFfmpegLog();
        if (auto opened = decoder_.open(); !opened) {
            return opened;
        }
        auto first = decoder_.next();
        if (!first) {
            return tl::unexpected(error(first.error()));
        }
        const std::int64_t timestamp = (*first)->best_effort_timestamp;
        hasTimes_ = timestamp != AV_NOPTS_VALUE;
        const StreamDemuxer& demuxer = decoder_.demuxer();
        origin_ = hasTimes_ ? timeZero(demuxer.format(), demuxer.stream(), timestamp) : 0;
        first_ = std::move(*first);
        return {};
    }

    Result<Keyframe> at(MediaTime time, int height) override {
        const AVRational base = decoder_.demuxer().stream().time_base;
        const std::int64_t wanted =
            origin_ + av_rescale_q(std::max<std::int64_t>(time.count(), 0), kNanosecondBase, base);
        AvFramePtr picture;
        if (wanted > origin_ && hasTimes_ && decoder_.jump(wanted)) {
            decoder_.hurryTo(INT64_MAX);
            if (auto next = decoder_.next()) {
                picture = std::move(*next);
            } else if (next.error().code == ErrorCode::Cancelled) {
                return tl::unexpected(next.error());
            }
            while (picture && decoder_.demuxer().landsAtStart()) {
                auto next = decoder_.next();
                if (!next || (*next)->best_effort_timestamp > wanted) {
                    break;
                }
                picture = std::move(*next);
            }
        }
        if (!picture || picture->best_effort_timestamp > wanted) {  // where no keyframe is, the beginning stands
            picture.reset(av_frame_clone(first_.get()));
        }
        return convert(*picture, height);
    }

    void interrupt() override { interrupted_ = true; }

private:
    Error error(const Error& cause) const {
        if (cause.code == ErrorCode::Cancelled) {
            return cause;
        }
        return {ErrorCode::Corrupt,
                fmt::format("Cannot read {}: no frame of it can be decoded. Get an intact copy.",
                            decoder_.demuxer().path().string()),
                cause.detail};
    }

    Result<Keyframe> convert(AVFrame& picture, int height) {
        AVStream& stream = decoder_.demuxer().stream();
        auto image = converter_.convert(picture);
        if (!image) {
            return tl::unexpected(image.error());
        }
        const AVRational aspect = av_guess_sample_aspect_ratio(&decoder_.demuxer().format(), &stream, &picture);
        const Orientation orientation = displayOrientation(stream, picture);
        double pixelAspect = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0;
        pixelAspect = orientation.transposed ? 1.0 / pixelAspect : pixelAspect;
        Keyframe keyframe;
        keyframe.image = shrunk(turned(std::move(*image), orientation), pixelAspect, height);
        if (hasTimes_) {
            keyframe.pts =
                MediaTime(av_rescale_q(picture.best_effort_timestamp - origin_, stream.time_base, kNanosecondBase));
        }
        return keyframe;
    }

    std::atomic<bool> interrupted_ = false;
    VideoDecoder decoder_;
    FrameConverter converter_;
    AvFramePtr first_;
    bool hasTimes_ = false;
    std::int64_t origin_ = 0;
};

// Where FFmpeg does not decode: the picture on screen instead of a keyframe.
class SourceKeyframeReader final : public KeyframeReader {
public:
    explicit SourceKeyframeReader(std::unique_ptr<FrameSource> source) : source_(std::move(source)) {}

    Result<Keyframe> at(MediaTime time, int height) override {
        if (auto sought = source_->seek(time); !sought) {
            return tl::unexpected(sought.error());
        }
        auto frame = source_->read();
        if (!frame) {
            return tl::unexpected(frame.error());
        }
        return Keyframe{shrunk(frame->image, frame->pixelAspect, height), frame->pts};
    }

    void interrupt() override { source_->interrupt(); }

private:
    std::unique_ptr<FrameSource> source_;
};

}  // namespace

Image shrunk(const Image& image, double pixelAspect, int height) {
    const double width = image.width() * pixelAspect * height / image.height();
    Image small(std::max(1, static_cast<int>(std::lround(width))), height);
    const cv::Mat from(image.height(), image.width(), CV_8UC4, const_cast<std::uint8_t*>(image.data()));
    cv::Mat to(small.height(), small.width(), CV_8UC4, small.data());
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
    return small;
}

Result<std::unique_ptr<KeyframeReader>> KeyframeReader::open(const std::filesystem::path& path) {
    if (isAnimatedWebp(path)) {
        auto source = openAnimatedWebp(path);
        if (!source) {
            return tl::unexpected(source.error());
        }
        return std::make_unique<SourceKeyframeReader>(std::move(*source));
    }
    auto reader = std::make_unique<FfmpegKeyframeReader>(path);
    if (auto opened = reader->open(); !opened) {
        return tl::unexpected(opened.error());
    }
    return reader;
}

}  // namespace sightline
