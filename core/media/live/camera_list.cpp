#include "core/media/live/camera_list.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <linux/videodev2.h>

#include "core/media/live/camera_source.h"

namespace sightline {
namespace {

constexpr std::uint32_t kMaxEntries = 256;  // a driver that never ends its lists is broken
// Sizes asked for where a driver offers a range of them.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 5> kUsualSizes{
    {{320, 240}, {640, 480}, {1280, 720}, {1920, 1080}, {3840, 2160}}};

double fastest(VideoNode& node, std::uint32_t format, std::uint32_t width, std::uint32_t height) {
    double best = 0.0;
    const auto consider = [&best](const v4l2_fract& interval) {
        if (interval.numerator > 0) {
            best = std::max(best, static_cast<double>(interval.denominator) / interval.numerator);
        }
    };
    v4l2_frmivalenum interval{};
    interval.pixel_format = format;
    interval.width = width;
    interval.height = height;
    for (interval.index = 0; interval.index < kMaxEntries && node.control(VIDIOC_ENUM_FRAMEINTERVALS, &interval) == 0;
         ++interval.index) {
        if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
            consider(interval.stepwise.min);
            break;
        }
        consider(interval.discrete);
    }
    return best;
}

std::string text(const std::uint8_t* bytes, std::size_t capacity) {
    const auto* begin = reinterpret_cast<const char*>(bytes);
    return {begin, ::strnlen(begin, capacity)};
}

}  // namespace

std::string formatName(std::uint32_t format) {
    std::string name;
    for (int shift = 0; shift < 32; shift += 8) {
        const char c = static_cast<char>((format >> shift) & 0x7fU);
        name += c >= ' ' ? c : '?';
    }
    return name;
}

std::vector<CameraMode> modesOf(VideoNode& node) {
    std::vector<CameraMode> modes;
    v4l2_fmtdesc description{};
    description.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    for (description.index = 0; description.index < kMaxEntries && node.control(VIDIOC_ENUM_FMT, &description) == 0;
         ++description.index) {
        const std::uint32_t format = description.pixelformat;
        if (!canShow(format)) {
            continue;
        }
        const auto add = [&](std::uint32_t width, std::uint32_t height) {
            modes.push_back(
                {format, static_cast<int>(width), static_cast<int>(height), fastest(node, format, width, height)});
        };
        v4l2_frmsizeenum size{};
        size.pixel_format = format;
        for (size.index = 0; size.index < kMaxEntries && node.control(VIDIOC_ENUM_FRAMESIZES, &size) == 0;
             ++size.index) {
            if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
                for (const auto& [width, height] : kUsualSizes) {
                    if (width >= size.stepwise.min_width && width <= size.stepwise.max_width &&
                        height >= size.stepwise.min_height && height <= size.stepwise.max_height) {
                        add(width, height);
                    }
                }
                break;
            }
            add(size.discrete.width, size.discrete.height);
        }
    }
    return modes;
}

std::vector<Camera> listCameras(const VideoNodes& nodes) {
    std::vector<Camera> cameras;
    for (const VideoNodeName& name : nodes.list()) {
        Camera camera;
        camera.path = camera.name = name.path;
        camera.address = name.stable.empty() ? name.path : name.stable;
        const OpenedNode opened = nodes.open(name.path);
        if (!opened.node) {
            camera.busy = opened.problem == EBUSY;
            camera.forbidden = opened.problem == EACCES || opened.problem == EPERM;
            if (camera.busy || camera.forbidden) {
                cameras.push_back(std::move(camera));
            }
            continue;
        }
        v4l2_capability capability{};
        if (opened.node->control(VIDIOC_QUERYCAP, &capability) != 0) {
            continue;
        }
        // `capabilities` are those of the whole device, which a metadata node shares with its camera.
        const std::uint32_t own =
            (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps : capability.capabilities;
        if ((own & V4L2_CAP_VIDEO_CAPTURE) == 0 || (own & V4L2_CAP_STREAMING) == 0) {
            continue;
        }
        camera.name = text(capability.card, sizeof capability.card);
        camera.modes = modesOf(*opened.node);
        cameras.push_back(std::move(camera));
    }
    return cameras;
}

}  // namespace sightline
