#include "tests/support/fake_camera.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <set>
#include <thread>

namespace sightline::test {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;

class Node final : public VideoNode {
public:
    explicit Node(FakeNode& script) : script_(script) { ++script_.openCount; }
    ~Node() override {
        script_.streaming = false;
        --script_.openCount;
    }

    int control(unsigned long request, void* argument) override {
        switch (request) {
            case VIDIOC_QUERYCAP: return queryCapabilities(*static_cast<v4l2_capability*>(argument));
            case VIDIOC_ENUM_FMT: return enumerateFormat(*static_cast<v4l2_fmtdesc*>(argument));
            case VIDIOC_ENUM_FRAMESIZES: return enumerateSize(*static_cast<v4l2_frmsizeenum*>(argument));
            case VIDIOC_ENUM_FRAMEINTERVALS: return enumerateInterval(*static_cast<v4l2_frmivalenum*>(argument));
            case VIDIOC_S_FMT: return setFormat(*static_cast<v4l2_format*>(argument));
            case VIDIOC_S_PARM: return 0;
            case VIDIOC_REQBUFS: buffers_.resize(static_cast<v4l2_requestbuffers*>(argument)->count); return 0;
            case VIDIOC_QUERYBUF: {
                auto& buffer = *static_cast<v4l2_buffer*>(argument);
                buffer.length = kBufferBytes;
                buffer.m.offset = buffer.index;
                return 0;
            }
            case VIDIOC_QBUF: return queue(static_cast<v4l2_buffer*>(argument)->index);
            case VIDIOC_DQBUF: return dequeue(*static_cast<v4l2_buffer*>(argument));
            case VIDIOC_STREAMON: script_.streaming = script_.streamProblem == 0; return script_.streamProblem;
            case VIDIOC_STREAMOFF: script_.streaming = false; return 0;
            default: return ENOTTY;
        }
    }

    std::uint8_t* map(std::size_t bytes, std::uint32_t offset) override {
        buffers_[offset].resize(bytes);
        return buffers_[offset].data();
    }

    int wait(std::chrono::milliseconds limit) override {
        waiting_ = std::min(script_.atOnce, script_.pictures.size() - script_.handedOut);
        if (waiting_ == 0 && script_.after == 0) {
            std::this_thread::sleep_for(limit);
            return 0;
        }
        return 1;
    }

private:
    int queryCapabilities(v4l2_capability& capability) const {
        std::strncpy(reinterpret_cast<char*>(capability.card), script_.card.c_str(), sizeof capability.card - 1);
        // The whole device captures, whatever this node does.
        capability.capabilities =
            V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_META_CAPTURE | V4L2_CAP_DEVICE_CAPS;
        capability.device_caps = script_.deviceCaps;
        return 0;
    }

    std::vector<std::uint32_t> formats() const {
        std::vector<std::uint32_t> formats;
        for (const auto& mode : script_.modes) {
            if (std::find(formats.begin(), formats.end(), mode.format) == formats.end()) {
                formats.push_back(mode.format);
            }
        }
        return formats;
    }

    int enumerateFormat(v4l2_fmtdesc& description) const {
        if (description.index >= formats().size()) {
            return EINVAL;
        }
        description.pixelformat = formats()[description.index];
        return 0;
    }

    int enumerateSize(v4l2_frmsizeenum& size) const {
        std::uint32_t seen = 0;
        for (const auto& mode : script_.modes) {
            if (mode.format == size.pixel_format && seen++ == size.index) {
                size.type = V4L2_FRMSIZE_TYPE_DISCRETE;
                size.discrete = {mode.width, mode.height};
                return 0;
            }
        }
        return EINVAL;
    }

    int enumerateInterval(v4l2_frmivalenum& interval) const {
        for (const auto& mode : script_.modes) {
            if (interval.index == 0 && mode.format == interval.pixel_format && mode.width == interval.width &&
                mode.height == interval.height) {
                interval.type = V4L2_FRMIVAL_TYPE_DISCRETE;
                interval.discrete = {1, mode.framesASecond};
                return 0;
            }
        }
        return EINVAL;
    }

    int setFormat(v4l2_format& format) {
        if (script_.formatProblem != 0) {
            return script_.formatProblem;
        }
        auto& pix = format.fmt.pix;
        const auto known = formats();
        if (std::find(known.begin(), known.end(), pix.pixelformat) == known.end() && !known.empty()) {
            pix.pixelformat = known.front();
        }
        pix.width = script_.forcedWidth != 0 ? script_.forcedWidth : pix.width;
        pix.height = script_.forcedHeight != 0 ? script_.forcedHeight : pix.height;
        pix.bytesperline = pix.pixelformat == V4L2_PIX_FMT_YUYV ? pix.width * 2 : 0;
        script_.chosenFormat = pix.pixelformat;
        return 0;
    }

    int queue(std::uint32_t index) {
        if (!queued_.insert(index).second) {
            return EINVAL;  // was given back before
        }
        return 0;
    }

    int dequeue(v4l2_buffer& buffer) {
        if (script_.handedOut == script_.pictures.size() && script_.after != 0) {
            return script_.after;
        }
        if (waiting_ == 0 || queued_.empty()) {
            return EAGAIN;
        }
        --waiting_;
        const std::string& picture = script_.pictures[script_.handedOut++];
        buffer.index = *queued_.begin();
        queued_.erase(queued_.begin());
        std::memcpy(buffers_[buffer.index].data(), picture.data(), picture.size());
        buffer.bytesused = static_cast<std::uint32_t>(picture.size());
        buffer.flags = picture.empty() ? V4L2_BUF_FLAG_ERROR : 0U;
        return 0;
    }

    FakeNode& script_;
    std::vector<std::vector<std::uint8_t>> buffers_;
    std::set<std::uint32_t> queued_;
    std::size_t waiting_ = 0;
};

}  // namespace

std::vector<VideoNodeName> FakeNodes::list() const {
    std::vector<VideoNodeName> names;
    for (const auto& [path, node] : nodes) {
        names.push_back({path, node.stable});
    }
    return names;
}

OpenedNode FakeNodes::open(const std::string& path) const {
    const auto found = nodes.find(path);
    if (found == nodes.end()) {
        return {nullptr, ENOENT};
    }
    if (found->second.openProblem != 0) {
        return {nullptr, found->second.openProblem};
    }
    return {std::make_unique<Node>(const_cast<FakeNode&>(found->second)), 0};
}

}  // namespace sightline::test
