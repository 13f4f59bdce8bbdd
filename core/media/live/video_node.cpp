#include "core/media/live/video_node.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sightline {
namespace {

class SystemNode final : public VideoNode {
public:
    explicit SystemNode(int file) : file_(file) {}
    ~SystemNode() override { ::close(file_); }

    int control(unsigned long request, void* argument) override {
        int code = 0;
        do {
            code = ::ioctl(file_, request, argument);
        } while (code < 0 && errno == EINTR);
        return code < 0 ? errno : 0;
    }

private:
    const int file_;
};

class SystemNodes final : public VideoNodes {
public:
    std::vector<VideoNodeName> list() const override {
        std::error_code status;
        std::map<std::filesystem::path, std::string> stable;  // by node
        for (const auto& link : std::filesystem::directory_iterator("/dev/v4l/by-id", status)) {
            stable.emplace(std::filesystem::weakly_canonical(link.path(), status), link.path().string());
        }
        std::map<int, VideoNodeName> nodes;
        for (const auto& entry : std::filesystem::directory_iterator("/sys/class/video4linux", status)) {
            const std::string name = entry.path().filename();
            const bool isVideo = name.size() > 5 && name.starts_with("video") &&
                                 std::all_of(name.begin() + 5, name.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (isVideo && name.size() < 10) {
                const std::string path = "/dev/" + name;
                const auto known = stable.find(path);
                nodes[std::stoi(name.substr(5))] = {path, known == stable.end() ? std::string() : known->second};
            }
        }
        std::vector<VideoNodeName> list;
        for (auto& [number, node] : nodes) {
            list.push_back(std::move(node));
        }
        return list;
    }

    OpenedNode open(const std::string& path) const override {
        const int file = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (file < 0) {
            return {nullptr, errno};
        }
        return {std::make_unique<SystemNode>(file), 0};
    }
};

}  // namespace

const VideoNodes& systemVideoNodes() {
    static const SystemNodes nodes;
    return nodes;
}

}  // namespace sightline
