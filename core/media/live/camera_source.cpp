#include "core/media/live/camera_source.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <linux/videodev2.h>

#include "core/media/ffmpeg_common.h"
#include "core/media/frame_converter.h"

namespace sightline {
namespace {

constexpr std::uint32_t kBuffers = 4;
constexpr auto kWait = std::chrono::milliseconds(100);  // between looks at interrupt()
constexpr double kEnough = 0.9;                         // of the wanted frame rate: 29.97 is as good as 30

struct KnownFormat {
    std::uint32_t v4l2;
    AVPixelFormat pixels;  // none: compressed
};
constexpr std::array kFormats{
    KnownFormat{V4L2_PIX_FMT_MJPEG, AV_PIX_FMT_NONE},   KnownFormat{V4L2_PIX_FMT_JPEG, AV_PIX_FMT_NONE},
    KnownFormat{V4L2_PIX_FMT_YUYV, AV_PIX_FMT_YUYV422}, KnownFormat{V4L2_PIX_FMT_UYVY, AV_PIX_FMT_UYVY422},
    KnownFormat{V4L2_PIX_FMT_NV12, AV_PIX_FMT_NV12},    KnownFormat{V4L2_PIX_FMT_YUV420, AV_PIX_FMT_YUV420P},
    KnownFormat{V4L2_PIX_FMT_RGB24, AV_PIX_FMT_RGB24},  KnownFormat{V4L2_PIX_FMT_BGR24, AV_PIX_FMT_BGR24},
    KnownFormat{V4L2_PIX_FMT_GREY, AV_PIX_FMT_GRAY8},
};

const KnownFormat* known(std::uint32_t format) {
    const auto* found =
        std::find_if(kFormats.begin(), kFormats.end(), [&](const KnownFormat& f) { return f.v4l2 == format; });
    return found == kFormats.end() ? nullptr : found;
}

bool isCompressed(std::uint32_t format) { return format == V4L2_PIX_FMT_MJPEG || format == V4L2_PIX_FMT_JPEG; }

class CameraSource final : public FrameSource {
public:
    CameraSource(std::unique_ptr<VideoNode> node, const CameraOptions& options)
        : options_(options), node_(std::move(node)) {}
    ~CameraSource() override {
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        node_->control(VIDIOC_STREAMOFF, &type);
    }

    Result<void> start(const std::string& name);

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A camera cannot be sought."); }
    void interrupt() override { interrupted_ = true; }

private:
    struct Buffer {
        std::uint8_t* bytes = nullptr;
        std::size_t size = 0;
    };

    Error problem(int code) const;
    Error gone(int code) const;
    // The newest filled buffer, the older ones given back; empty when there is none.
    Result<std::optional<v4l2_buffer>> newest();
    // Empty for a damaged picture.
    Result<std::optional<Image>> decode(const v4l2_buffer& buffer);

    // immutable after start()
    const CameraOptions options_;
    StreamDescription description_;
    v4l2_pix_format format_{};
    std::vector<Buffer> buffers_;

    // reading thread only
    std::unique_ptr<VideoNode> node_;
    CodecContextPtr codec_;
    FrameConverter converter_{1};
    std::uint64_t next_ = 0;
    SteadyTime first_{};

    std::atomic<bool> interrupted_ = false;
};

Error cannotOpen(const std::string& name, int code) {
    const auto because = [&](std::string_view cause) {
        return Error{ErrorCode::Device, fmt::format("Cannot open {}: {}", name, cause), std::strerror(code)};
    };
    switch (code) {
        case EBUSY: return because("another program is using it. Close that program or choose another camera.");
        case EACCES:
        case EPERM: return because("no permission. Add your user to the group 'video' and log in again.");
        case ENOENT:
        case ENODEV:
        case ENXIO: return because("it is not plugged in. Plug it in, or choose another camera.");
        case ENOSPC:
            return because(
                "its USB port has no room for another camera's pictures. Use another port, or a smaller "
                "picture.");
        default: return because("its driver refuses to give pictures. Plug it in again, or choose another camera.");
    }
}

Error CameraSource::problem(int code) const { return cannotOpen(description_.name, code); }

Error CameraSource::gone(int code) const {
    return {
        ErrorCode::Device,
        code == 0
            ? fmt::format("{} sends no pictures any more: it may be unplugged, or its driver hangs. Plug it in "
                          "again.",
                          description_.name)
            : fmt::format("{} is gone: it was unplugged or its driver failed. Plug it in again.", description_.name),
        code == 0 ? std::string() : std::strerror(code)};
}

Result<void> CameraSource::start(const std::string& name) {
    description_.name = name;
    description_.live = true;
    const auto modes = modesOf(*node_);
    CameraMode wanted{V4L2_PIX_FMT_MJPEG, options_.width, options_.height, options_.frameRate};
    if (!modes.empty()) {
        wanted = nearestMode(modes, options_);
    }
    v4l2_format format{};
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format.fmt.pix.pixelformat = wanted.format;
    format.fmt.pix.width = static_cast<std::uint32_t>(wanted.width);
    format.fmt.pix.height = static_cast<std::uint32_t>(wanted.height);
    format.fmt.pix.field = V4L2_FIELD_ANY;
    if (const int code = node_->control(VIDIOC_S_FMT, &format); code != 0) {
        return tl::unexpected(problem(code));
    }
    format_ = format.fmt.pix;  // what the driver made of it
    if (!canShow(format_.pixelformat) || format_.width == 0 || format_.height == 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: it only sends {}, which is not supported here. Choose another camera.",
                                name, formatName(format_.pixelformat)));
    }
    v4l2_streamparm rate{};
    rate.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    const double wantedRate =
        wanted.frameRate > 0 ? std::min(wanted.frameRate, options_.frameRate) : options_.frameRate;
    rate.parm.capture.timeperframe = {1000, static_cast<std::uint32_t>(std::lround(wantedRate * 1000))};
    if (node_->control(VIDIOC_S_PARM, &rate) == 0 && rate.parm.capture.timeperframe.numerator > 0) {
        description_.frameRate =
            static_cast<double>(rate.parm.capture.timeperframe.denominator) / rate.parm.capture.timeperframe.numerator;
    }
    description_.width = static_cast<int>(format_.width);
    description_.height = static_cast<int>(format_.height);

    v4l2_requestbuffers request{};
    request.count = kBuffers;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_MMAP;
    int code = node_->control(VIDIOC_REQBUFS, &request);
    if (code != 0 || request.count == 0) {
        return tl::unexpected(problem(code == 0 ? ENOMEM : code));
    }
    for (std::uint32_t i = 0; i < request.count; ++i) {
        v4l2_buffer buffer{};
        buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        buffer.memory = V4L2_MEMORY_MMAP;
        buffer.index = i;
        code = node_->control(VIDIOC_QUERYBUF, &buffer);
        std::uint8_t* bytes = code == 0 ? node_->map(buffer.length, buffer.m.offset) : nullptr;
        if (!bytes) {
            return tl::unexpected(problem(code == 0 ? ENOMEM : code));
        }
        buffers_.push_back({bytes, buffer.length});
        if (code = node_->control(VIDIOC_QBUF, &buffer); code != 0) {
            return tl::unexpected(problem(code));
        }
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (code = node_->control(VIDIOC_STREAMON, &type); code != 0) {
        return tl::unexpected(problem(code));
    }
    if (isCompressed(format_.pixelformat)) {
        routeFfmpegLog();
        codec_.reset(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG)));
        codec_->thread_count = 1;
        if (avcodec_open2(codec_.get(), nullptr, nullptr) < 0) {
            return fail(ErrorCode::Unsupported, fmt::format("Cannot open {}: this FFmpeg cannot decode MJPG. Install "
                                                            "the distribution's own FFmpeg.",
                                                            name));
        }
    }
    return {};
}

Result<std::optional<v4l2_buffer>> CameraSource::newest() {
    std::optional<v4l2_buffer> newest;
    while (true) {
        v4l2_buffer buffer{};
        buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        buffer.memory = V4L2_MEMORY_MMAP;
        const int code = node_->control(VIDIOC_DQBUF, &buffer);
        if (code == EAGAIN || (code != 0 && newest)) {  // what failed fails again when there is nothing left to show
            return newest;
        }
        if (code != 0) {
            return tl::unexpected(gone(code));
        }
        v4l2_buffer* back = nullptr;
        const bool sound = (buffer.flags & V4L2_BUF_FLAG_ERROR) == 0 && buffer.index < buffers_.size();
        if (!sound) {
            back = &buffer;
        } else if (newest) {
            back = &*newest;
        }
        if (back) {
            if (const int failed = node_->control(VIDIOC_QBUF, back); failed != 0) {
                return tl::unexpected(gone(failed));
            }
        }
        if (sound) {
            newest = buffer;
        }
    }
}

Result<std::optional<Image>> CameraSource::decode(const v4l2_buffer& buffer) {
    const Buffer& memory = buffers_[buffer.index];
    const std::size_t used = std::min<std::size_t>(buffer.bytesused, memory.size);
    AvFramePtr picture(av_frame_alloc());
    if (codec_) {
        PacketPtr packet(av_packet_alloc());
        if (used == 0 || av_new_packet(packet.get(), static_cast<int>(used)) < 0) {
            return std::optional<Image>();
        }
        std::memcpy(packet->data, memory.bytes, used);
        if (avcodec_send_packet(codec_.get(), packet.get()) < 0 ||
            avcodec_receive_frame(codec_.get(), picture.get()) < 0) {
            return std::optional<Image>();
        }
        picture->color_range = AVCOL_RANGE_JPEG;
        picture->colorspace = AVCOL_SPC_SMPTE170M;
    } else {
        picture->format = known(format_.pixelformat)->pixels;
        picture->width = description_.width;
        picture->height = description_.height;
        const int needed =
            av_image_fill_arrays(picture->data, picture->linesize, memory.bytes,
                                 static_cast<AVPixelFormat>(picture->format), picture->width, picture->height, 1);
        const auto padded = static_cast<int>(format_.bytesperline);
        if (padded > picture->linesize[0] && picture->linesize[1] == 0) {
            picture->linesize[0] = padded;
        }
        const std::size_t rows = static_cast<std::size_t>(picture->linesize[0]) * format_.height;
        if (needed < 0 ||
            used < std::max<std::size_t>(static_cast<std::size_t>(needed), picture->linesize[1] == 0 ? rows : 0)) {
            return std::optional<Image>();  // cut short on the way
        }
    }
    auto image = converter_.convert(*picture);
    if (!image) {
        return tl::unexpected(image.error());
    }
    return std::optional(std::move(*image));
}

Result<Frame> CameraSource::read() {
    const auto deadline = std::chrono::steady_clock::now() + options_.stallTimeout;
    while (!interrupted_) {
        auto buffer = newest();
        if (!buffer) {
            return tl::unexpected(buffer.error());
        }
        if (!*buffer) {
            if (std::chrono::steady_clock::now() > deadline) {
                return tl::unexpected(gone(0));
            }
            if (const int ready = node_->wait(kWait); ready < 0) {
                return tl::unexpected(gone(-ready));
            }
            continue;
        }
        auto image = decode(**buffer);
        node_->control(VIDIOC_QBUF, &**buffer);  // a camera that is gone tells so next time
        if (!image) {
            return tl::unexpected(image.error());
        }
        if (!*image) {
            if (std::chrono::steady_clock::now() > deadline) {
                return tl::unexpected(gone(0));
            }
            continue;
        }
        Frame frame;
        frame.captured = std::chrono::steady_clock::now();
        if (next_ == 0) {
            first_ = frame.captured;
        }
        frame.id = next_++;
        frame.pts = frame.captured - first_;
        frame.image = std::move(**image);
        return frame;
    }
    return fail(ErrorCode::Cancelled, "Camera reading was cancelled.");
}

// The path of the named camera, and what to call it.
std::pair<std::string, std::string> find(const CameraOptions& options, const VideoNodes& nodes) {
    if (options.device.empty()) {
        return {fmt::format("/dev/video{}", options.index), fmt::format("camera {}", options.index)};
    }
    if (options.device.starts_with("/")) {
        return {options.device, "camera " + options.device};
    }
    for (const Camera& camera : listCameras(nodes)) {
        if (camera.name == options.device) {
            return {camera.path, camera.name};
        }
    }
    return {std::string(), "camera " + options.device};
}

}  // namespace

bool canShow(std::uint32_t format) { return known(format) != nullptr; }

CameraMode nearestMode(const std::vector<CameraMode>& modes, const CameraOptions& options) {
    const auto rank = [&](const CameraMode& mode) {
        const bool slow = mode.frameRate > 0 && mode.frameRate < kEnough * options.frameRate;
        const std::int64_t pixels = static_cast<std::int64_t>(mode.width) * mode.height;
        const std::int64_t wanted = static_cast<std::int64_t>(options.width) * options.height;
        return std::tuple(slow, std::abs(pixels - wanted), !isCompressed(mode.format), -mode.frameRate);
    };
    return *std::min_element(modes.begin(), modes.end(),
                             [&](const CameraMode& a, const CameraMode& b) { return rank(a) < rank(b); });
}

Result<std::unique_ptr<FrameSource>> openCamera(const CameraOptions& options, const VideoNodes& nodes) {
    const auto [path, name] = find(options, nodes);
    if (path.empty()) {
        return fail(ErrorCode::Device, fmt::format("Cannot open {}: no camera has that name. Plug it in, or choose "
                                                   "another.",
                                                   name));
    }
    OpenedNode opened = nodes.open(path);
    if (!opened.node) {
        return tl::unexpected(cannotOpen(name, opened.problem));
    }
    v4l2_capability capability{};
    if (const int code = opened.node->control(VIDIOC_QUERYCAP, &capability); code != 0) {
        return fail(ErrorCode::Device, fmt::format("Cannot open {}: {} is no camera. Choose another.", name, path),
                    std::strerror(code));
    }
    const std::uint32_t own =
        (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps : capability.capabilities;
    if ((own & V4L2_CAP_VIDEO_CAPTURE) == 0 || (own & V4L2_CAP_STREAMING) == 0) {
        return fail(ErrorCode::Device,
                    fmt::format("Cannot open {}: {} gives no pictures; a camera's second node is for "
                                "its metadata. Choose the other one.",
                                name, path));
    }
    auto source = std::make_unique<CameraSource>(std::move(opened.node), options);
    const auto* card = reinterpret_cast<const char*>(capability.card);
    const std::string called(card, ::strnlen(card, sizeof capability.card));
    if (auto started = source->start(called.empty() ? name : called); !started) {
        return tl::unexpected(started.error());
    }
    return source;
}

}  // namespace sightline
