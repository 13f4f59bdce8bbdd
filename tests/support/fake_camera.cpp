#include "tests/support/fake_camera.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "tests/support/eventually.h"

namespace sightline::test {
namespace {

class Node final : public VideoNode {
public:
    explicit Node(FakeNode& script) : script_(script) { ++script_.openCount; }
    ~Node() override { --script_.openCount; }

    int control(unsigned long request, void* argument) override {
        switch (request) {
            case VIDIOC_QUERYCAP: return queryCapabilities(*static_cast<v4l2_capability*>(argument));
            case VIDIOC_ENUM_FMT: return enumerateFormat(*static_cast<v4l2_fmtdesc*>(argument));
            case VIDIOC_ENUM_FRAMESIZES: return enumerateSize(*static_cast<v4l2_frmsizeenum*>(argument));
            case VIDIOC_ENUM_FRAMEINTERVALS: return enumerateInterval(*static_cast<v4l2_frmivalenum*>(argument));
            case VIDIOC_REQBUFS: return script_.buffersProblem;
            default: return ENOTTY;
        }
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

    FakeNode& script_;
};

class FakeCapture final : public Capture {
public:
    explicit FakeCapture(std::shared_ptr<CaptureScript> script) : script_(std::move(script)) {}

    bool open(const std::string& target, const CameraMode& wanted) override {
        std::unique_lock lock(script_->mutex);
        script_->target = target;
        script_->wanted = wanted;
        script_->changed.notify_all();
        if (script_->hangsInOpen) {
            script_->isHangingInOpen = true;
            script_->changed.wait(lock, [this] { return script_->released; });
            script_->isHangingInOpen = false;
        }
        script_->openCaptures += script_->opens ? 1 : 0;
        isOpen_ = script_->opens;
        return isOpen_;
    }
    CameraMode mode() const override { return script_->runsIn.width > 0 ? script_->runsIn : script_->wanted; }
    bool read(Image& picture) override {
        std::unique_lock lock(script_->mutex);
        picture = Image();
        if (script_->handedOut == script_->pictures.size()) {
            if (script_->hangs) {
                script_->isHanging = true;
                script_->changed.notify_all();
                script_->changed.wait(lock, [this] { return script_->released; });
            }
            return false;
        }
        const int grey = script_->pictures[script_->handedOut++];
        script_->changed.notify_all();
        if (grey >= 0) {
            picture = Image(mode().width, mode().height);
            std::memset(picture.data(), grey, picture.sizeBytes());
        }
        return true;
    }
    void close() override {
        const std::lock_guard lock(script_->mutex);
        script_->openCaptures -= std::exchange(isOpen_, false) ? 1 : 0;
        script_->changed.notify_all();
    }

private:
    const std::shared_ptr<CaptureScript> script_;
    bool isOpen_ = false;
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

void CaptureScript::release() {
    const std::lock_guard lock(mutex);
    released = true;
    changed.notify_all();
}

bool CaptureScript::wait(bool (*reached)(const CaptureScript&)) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, kDeadline, [&] { return reached(*this); });
}

MakeCapture scripted(const std::shared_ptr<CaptureScript>& script) {
    return [script] { return std::make_unique<FakeCapture>(script); };
}

}  // namespace sightline::test
