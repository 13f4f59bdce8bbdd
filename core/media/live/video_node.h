// What OpenCV tells nobody about V4L2 cameras (names, modes, why one is refused), behind an interface that tests
// script.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sightline {

// An open /dev/video*. One thread at a time.
class VideoNode {
public:
    VideoNode() = default;
    VideoNode(const VideoNode&) = delete;
    VideoNode& operator=(const VideoNode&) = delete;
    virtual ~VideoNode() = default;

    // 0 or an errno. `argument` is what linux/videodev2.h names for the request. Does not wait.
    virtual int control(unsigned long request, void* argument) = 0;
};

struct VideoNodeName {
    std::string path;    // /dev/video0
    std::string stable;  // /dev/v4l/by-id/..., the same after replugging; empty where there is none
};

struct OpenedNode {
    std::unique_ptr<VideoNode> node;
    int problem = 0;  // errno, when node is null
};

class VideoNodes {
public:
    VideoNodes() = default;
    VideoNodes(const VideoNodes&) = delete;
    VideoNodes& operator=(const VideoNodes&) = delete;
    virtual ~VideoNodes() = default;

    virtual std::vector<VideoNodeName> list() const = 0;  // ordered by number
    virtual OpenedNode open(const std::string& path) const = 0;
};

// The machine's own. Any thread.
const VideoNodes& systemVideoNodes();

}  // namespace sightline
