#include "core/media/live/camera_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <linux/videodev2.h>

#include "core/media/live/grabbed_source.h"

namespace sightline {
namespace {

constexpr double kEnough = 0.9;  // of the wanted frame rate: 29.97 is as good as 30

// Those that are common among what OpenCV's V4L2 backend converts.
constexpr std::array<std::uint32_t, 9> kFormats{V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_JPEG,  V4L2_PIX_FMT_YUYV,
                                                V4L2_PIX_FMT_UYVY,  V4L2_PIX_FMT_NV12,  V4L2_PIX_FMT_YUV420,
                                                V4L2_PIX_FMT_RGB24, V4L2_PIX_FMT_BGR24, V4L2_PIX_FMT_GREY};

bool isCompressed(std::uint32_t format) { return format == V4L2_PIX_FMT_MJPEG || format == V4L2_PIX_FMT_JPEG; }

bool isMissing(int code) { return code == ENOENT || code == ENODEV || code == ENXIO; }

Error cannotOpen(const std::string& name, int code) {
    const auto because = [&](std::string_view cause) {
        return Error{ErrorCode::Device, fmt::format("Cannot open {}: {}", name, cause),
                     code == 0 ? std::string() : std::strerror(code)};
    };
    switch (code) {
        case EBUSY: return because("another program is using it. Close that program or choose another camera.");
        case EACCES:
        case EPERM: return because("no permission. Add your user to the group 'video' and log in again.");
        case ENOENT:
        case ENODEV:
        case ENXIO: return because("it is not plugged in. Plug it in, or choose another camera.");
        default:
            return because(
                "its driver gives no pictures. Plug it in again, at another USB port if more cameras share this one.");
    }
}

std::string silence(const std::string& name) {
    return fmt::format("{} sends no pictures any more: it may be unplugged, or its driver hangs. Plug it in again.",
                       name);
}

// What to call the camera before it has told its name.
std::string labelOf(const CameraOptions& options) {
    return options.device.empty() ? fmt::format("camera {}", options.index) : "camera " + options.device;
}

class CameraGrabber final : public FrameGrabber {
public:
    CameraGrabber(const CameraOptions& options, const VideoNodes& nodes, std::unique_ptr<Capture> capture)
        : options_(options), nodes_(nodes), capture_(std::move(capture)), name_(labelOf(options)) {}

    Result<StreamDescription> open() override;
    Result<Image> grab() override;
    void close() override { capture_->close(); }

private:
    Result<void> find();
    Result<CameraMode> modeToAskFor();
    Error refusal() const;

    // immutable
    const CameraOptions options_;
    const VideoNodes& nodes_;

    // grabbing thread only
    const std::unique_ptr<Capture> capture_;
    std::string name_;
    std::string path_;
    Image first_;
};

Result<void> CameraGrabber::find() {
    if (options_.device.empty()) {
        path_ = fmt::format("/dev/video{}", options_.index);
        return {};
    }
    if (options_.device.starts_with("/")) {
        path_ = options_.device;
        return {};
    }
    for (const Camera& camera : listCameras(nodes_)) {
        if (camera.name == options_.device) {
            path_ = camera.path;
            return {};
        }
    }
    return fail(ErrorCode::Device,
                fmt::format("Cannot open {}: no camera has that name. Plug it in, or choose another.", name_));
}

// Looks at the node before OpenCV does, which tells no reasons.
Result<CameraMode> CameraGrabber::modeToAskFor() {
    const OpenedNode opened = nodes_.open(path_);
    if (!opened.node) {
        return tl::unexpected(cannotOpen(name_, opened.problem));
    }
    v4l2_capability capability{};
    if (const int code = opened.node->control(VIDIOC_QUERYCAP, &capability); code != 0) {
        return fail(ErrorCode::Device, fmt::format("Cannot open {}: {} is no camera. Choose another.", name_, path_),
                    std::strerror(code));
    }
    const std::uint32_t own =
        (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps : capability.capabilities;
    if ((own & V4L2_CAP_VIDEO_CAPTURE) == 0 || (own & V4L2_CAP_STREAMING) == 0) {
        return fail(ErrorCode::Device,
                    fmt::format("Cannot open {}: {} gives no pictures; a camera's second node is for its metadata. "
                                "Choose the other one.",
                                name_, path_));
    }
    const auto* card = reinterpret_cast<const char*>(capability.card);
    if (const std::string called(card, ::strnlen(card, sizeof capability.card)); !called.empty()) {
        name_ = called;
    }
    const auto modes = modesOf(*opened.node);
    v4l2_fmtdesc first{};
    first.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (modes.empty() && opened.node->control(VIDIOC_ENUM_FMT, &first) == 0 && !canShow(first.pixelformat)) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: it only sends {}, which is not supported here. Choose another camera.",
                                name_, formatName(first.pixelformat)));
    }
    CameraMode wanted{V4L2_PIX_FMT_MJPEG, options_.width, options_.height, options_.frameRate};
    if (!modes.empty()) {
        wanted = nearestMode(modes, options_);
        wanted.frameRate = wanted.frameRate > 0 ? std::min(wanted.frameRate, options_.frameRate) : options_.frameRate;
    }
    return wanted;
}

// Why OpenCV did not get a picture.
Error CameraGrabber::refusal() const {
    const OpenedNode opened = nodes_.open(path_);
    if (!opened.node) {
        return cannotOpen(name_, opened.problem);
    }
    v4l2_requestbuffers request{};  // only who may use the camera gets any
    request.count = 1;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_MMAP;
    return cannotOpen(name_, opened.node->control(VIDIOC_REQBUFS, &request));
}

Result<StreamDescription> CameraGrabber::open() {
    if (auto found = find(); !found) {
        return tl::unexpected(found.error());
    }
    const auto wanted = modeToAskFor();
    if (!wanted) {
        return tl::unexpected(wanted.error());
    }
    if (!capture_->open(path_, *wanted) || !capture_->read(first_)) {
        capture_->close();  // or it would be what holds the camera
        return tl::unexpected(refusal());
    }
    const CameraMode mode = capture_->mode();
    StreamDescription description;
    description.name = name_;
    description.width = first_.empty() ? mode.width : first_.width();
    description.height = first_.empty() ? mode.height : first_.height();
    description.frameRate = mode.frameRate;
    description.live = true;
    return description;
}

Result<Image> CameraGrabber::grab() {
    if (!first_.empty()) {
        return std::exchange(first_, Image());
    }
    Image picture;
    if (capture_->read(picture)) {
        return picture;
    }
    const int code = nodes_.open(path_).problem;
    if (!isMissing(code)) {
        return fail(ErrorCode::Device, silence(name_));
    }
    return fail(ErrorCode::Device,
                fmt::format("{} is gone: it was unplugged or its driver failed. Plug it in again.", name_),
                std::strerror(code));
}

}  // namespace

bool canShow(std::uint32_t format) { return std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end(); }

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

Result<std::unique_ptr<FrameSource>> openCamera(const CameraOptions& options, const std::stop_token& stop,
                                                const VideoNodes& nodes, const MakeCapture& makeCapture) {
    auto capture = makeCapture();
    if (!capture) {
        return tl::unexpected(capture.error());
    }
    const std::string label = labelOf(options);
    GrabOptions grabbing;
    grabbing.silent = silence(label);
    grabbing.late = fmt::format("Cannot open {}: its driver hangs. Plug it in again.", label);
    grabbing.openTimeout = options.openTimeout;
    grabbing.stallTimeout = options.stallTimeout;
    return openGrabbed(std::make_unique<CameraGrabber>(options, nodes, std::move(*capture)), grabbing, stop);
}

}  // namespace sightline
