#include "core/media/live/video_node.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sightline {
namespace {

class SystemNode final : public VideoNode {
public:
    explicit SystemNode(int file) : file_(file) {}
    ~SystemNode() override {
        for (const auto& [address, bytes] : mapped_) {
            ::munmap(address, bytes);
        }
        ::close(file_);
    }

    int control(unsigned long request, void* argument) override {
        int code = 0;
        do {
            code = ::ioctl(file_, request, argument);
        } while (code < 0 && errno == EINTR);
        return code < 0 ? errno : 0;
    }

    std::uint8_t* map(std::size_t bytes, std::uint32_t offset) override {
        void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, offset);
        if (address == MAP_FAILED) {
            return nullptr;
        }
        mapped_.emplace_back(address, bytes);
        return static_cast<std::uint8_t*>(address);
    }

    int wait(std::chrono::milliseconds limit) override {
        pollfd poll{file_, POLLIN, 0};
        const int code = ::poll(&poll, 1, static_cast<int>(limit.count()));
        if (code < 0) {
            return errno == EINTR ? 0 : -errno;
        }
        if ((poll.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
            return -ENODEV;
        }
        return code;
    }

private:
    const int file_;
    std::vector<std::pair<void*, std::size_t>> mapped_;
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
