// V4L2 devices that follow a script.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <linux/videodev2.h>

#include "core/media/live/video_node.h"

namespace sightline::test {

// One /dev/video* node. Numbers are errnos.
struct FakeNode {
    struct Mode {
        std::uint32_t format;
        std::uint32_t width;
        std::uint32_t height;
        std::uint32_t framesASecond;
    };

    std::string card = "Fake Camera";
    std::string stable;  // by-id link
    std::uint32_t deviceCaps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    std::vector<Mode> modes;
    int openProblem = 0;
    int streamProblem = 0;          // of VIDIOC_STREAMON
    int formatProblem = 0;          // of VIDIOC_S_FMT
    std::uint32_t forcedWidth = 0;  // what the driver makes of any wish
    std::uint32_t forcedHeight = 0;
    std::vector<std::string> pictures;  // handed out one after the other, each a buffer's bytes; an empty one has the
                                        // driver's error flag
    std::size_t atOnce = 1;             // pictures that wait when the camera is asked
    int after = 0;                      // once all were handed out: 0 silence, else this errno

    // What happened.
    std::size_t handedOut = 0;
    bool streaming = false;
    std::uint32_t chosenFormat = 0;
    int openCount = 0;
};

class FakeNodes final : public VideoNodes {
public:
    std::map<std::string, FakeNode> nodes;  // by path

    std::vector<VideoNodeName> list() const override;
    OpenedNode open(const std::string& path) const override;
};

}  // namespace sightline::test
