// V4L2 nodes and OpenCV captures that follow a script.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <linux/videodev2.h>

#include "core/media/live/capture.h"
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
    int buffersProblem = 0;  // of VIDIOC_REQBUFS

    int openCount = 0;  // now
};

class FakeNodes final : public VideoNodes {
public:
    std::map<std::string, FakeNode> nodes;  // by path

    std::vector<VideoNodeName> list() const override;
    OpenedNode open(const std::string& path) const override;
};

// What a FakeCapture does, and what happened to it. Any thread.
struct CaptureScript {
    bool opens = true;
    std::vector<int> pictures;  // one grey each, handed out one after the other; below zero: a damaged one
    bool hangs = false;         // when all were handed out; else read() fails
    bool hangsInOpen = false;
    CameraMode runsIn;  // with a width: in place of what was asked for

    std::mutex mutex;
    std::condition_variable changed;
    bool released = false;  // lets go of what hangs
    std::string target;
    CameraMode wanted;
    std::size_t handedOut = 0;
    bool isHanging = false;
    bool isHangingInOpen = false;
    int openCaptures = 0;

    void release();
    bool wait(bool (*reached)(const CaptureScript&));  // false when the deadline came first
};

MakeCapture scripted(const std::shared_ptr<CaptureScript>& script);

}  // namespace sightline::test
