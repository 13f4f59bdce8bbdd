// The system calls a V4L2 camera needs, behind an interface that tests script.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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

    // Memory of a buffer, shared with the driver until the node is closed; null when it cannot be had.
    virtual std::uint8_t* map(std::size_t bytes, std::uint32_t offset) = 0;

    // Waits for a filled buffer: 1 there is one, 0 none came in time, else a negative errno.
    virtual int wait(std::chrono::milliseconds limit) = 0;
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
