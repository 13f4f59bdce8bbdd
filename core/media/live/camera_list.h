// Which cameras there are and in what modes they run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/media/live/video_node.h"

namespace sightline {

struct CameraMode {
    std::uint32_t format = 0;  // V4L2_PIX_FMT_...
    int width = 0;
    int height = 0;
    double frameRate = 0.0;  // highest; zero when the driver does not tell

    bool operator==(const CameraMode&) const = default;
};

struct Camera {
    std::string name;               // as its driver calls it
    std::string path;               // /dev/video0
    std::string address;            // to remember it by: /dev/v4l/by-id/... where there is one, else the path
    std::vector<CameraMode> modes;  // that can be shown here
    bool busy = false;              // another program holds it, so its modes are not known
    bool forbidden = false;         // no permission to open it; the name is the path
};

// Nodes that give pictures: metadata nodes, outputs, radios and such are left out. Any thread.
std::vector<Camera> listCameras(const VideoNodes& nodes = systemVideoNodes());

// The modes of an open node that can be shown here.
std::vector<CameraMode> modesOf(VideoNode& node);

// "MJPG", "YUYV".
std::string formatName(std::uint32_t format);

}  // namespace sightline
