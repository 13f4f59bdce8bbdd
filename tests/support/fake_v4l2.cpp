#include "tests/support/fake_v4l2.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstring>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sightline::test {
namespace {

constexpr std::uint32_t kBufferBytes = 1 << 20;
constexpr std::uint32_t kMostBuffers = 8;
constexpr auto kPictureTime = std::chrono::milliseconds(20);

std::mutex mutex;  // guards what follows
std::set<int> cameras;
std::deque<std::uint32_t> queued;
bool streaming = false;

bool isCamera(int file) {
    const std::lock_guard lock(mutex);
    return cameras.count(file) > 0;
}

int refuse(int code) {
    errno = code;
    return -1;
}

int openCamera() {
    if (fakeV4l2().gone) {
        return refuse(ENODEV);
    }
    const int file = ::memfd_create("camera", MFD_CLOEXEC);  // so that its buffers can be mapped
    if (file < 0 || ::ftruncate(file, std::int64_t{kBufferBytes} * kMostBuffers) != 0) {
        return refuse(ENOMEM);
    }
    const std::lock_guard lock(mutex);
    cameras.insert(file);
    return file;
}

int setFormat(v4l2_format& format, bool set) {
    FakeV4l2& fake = fakeV4l2();
    auto& pix = format.fmt.pix;
    if (format.type != V4L2_BUF_TYPE_VIDEO_CAPTURE) {
        return refuse(EINVAL);
    }
    const bool known = std::find(fake.formats.begin(), fake.formats.end(), pix.pixelformat) != fake.formats.end();
    if (!set || !known) {
        pix.pixelformat = fake.format != 0 ? fake.format.load() : fake.formats.front();
    }
    if (set) {
        fake.format = pix.pixelformat;
    }
    pix.width = static_cast<std::uint32_t>(fake.width);
    pix.height = static_cast<std::uint32_t>(fake.height);
    pix.bytesperline = pix.pixelformat == V4L2_PIX_FMT_YUYV ? pix.width * 2 : 0;
    pix.sizeimage = pix.width * pix.height * 2;
    return 0;
}

int dequeue(int file, v4l2_buffer& buffer) {
    FakeV4l2& fake = fakeV4l2();
    const std::lock_guard lock(mutex);
    if (fake.silent || !streaming || queued.empty()) {
        return refuse(EAGAIN);
    }
    buffer.index = queued.front();
    queued.pop_front();
    std::string picture = fake.jpeg;
    if (fake.format == V4L2_PIX_FMT_YUYV) {
        picture.clear();
        for (int i = 0; i < fake.width * fake.height; ++i) {
            picture += static_cast<char>(std::min(16 + fake.pictures * 4, 235));
            picture += static_cast<char>(128);
        }
    }
    ++fake.pictures;
    buffer.bytesused = static_cast<std::uint32_t>(picture.size());
    buffer.length = kBufferBytes;
    buffer.flags = 0;
    return ::pwrite(file, picture.data(), picture.size(), std::int64_t{buffer.index} * kBufferBytes) < 0 ? refuse(EIO)
                                                                                                         : 0;
}

int control(int file, unsigned long request, void* argument) {
    FakeV4l2& fake = fakeV4l2();
    if (fake.gone) {
        return refuse(ENODEV);
    }
    switch (request) {
        case VIDIOC_QUERYCAP: {
            auto& capability = *static_cast<v4l2_capability*>(argument);
            std::strcpy(reinterpret_cast<char*>(capability.card), "Fake Camera");
            capability.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
            capability.device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
            return 0;
        }
        case VIDIOC_ENUM_FMT: {
            auto& description = *static_cast<v4l2_fmtdesc*>(argument);
            if (description.index >= fake.formats.size()) {
                return refuse(EINVAL);
            }
            description.pixelformat = fake.formats[description.index];
            return 0;
        }
        case VIDIOC_ENUM_FRAMESIZES: {
            auto& size = *static_cast<v4l2_frmsizeenum*>(argument);
            size.type = V4L2_FRMSIZE_TYPE_DISCRETE;
            size.discrete = {static_cast<std::uint32_t>(fake.width), static_cast<std::uint32_t>(fake.height)};
            return size.index == 0 ? 0 : refuse(EINVAL);
        }
        case VIDIOC_ENUM_FRAMEINTERVALS: {
            auto& interval = *static_cast<v4l2_frmivalenum*>(argument);
            interval.type = V4L2_FRMIVAL_TYPE_DISCRETE;
            interval.discrete = {1, 50};
            return interval.index == 0 ? 0 : refuse(EINVAL);
        }
        case VIDIOC_G_FMT: return setFormat(*static_cast<v4l2_format*>(argument), false);
        case VIDIOC_TRY_FMT:
        case VIDIOC_S_FMT: return setFormat(*static_cast<v4l2_format*>(argument), true);
        case VIDIOC_G_PARM:
        case VIDIOC_S_PARM: {
            auto& rate = static_cast<v4l2_streamparm*>(argument)->parm.capture;
            rate.capability = V4L2_CAP_TIMEPERFRAME;
            rate.timeperframe = {1, 50};
            return 0;
        }
        case VIDIOC_REQBUFS: {
            auto& wanted = *static_cast<v4l2_requestbuffers*>(argument);
            wanted.count = std::min(wanted.count, kMostBuffers);
            if (wanted.count > 0) {
                fake.buffers = static_cast<int>(wanted.count);
            }
            const std::lock_guard lock(mutex);
            queued.clear();
            return 0;
        }
        case VIDIOC_QUERYBUF: {
            auto& buffer = *static_cast<v4l2_buffer*>(argument);
            buffer.length = kBufferBytes;
            buffer.m.offset = buffer.index * kBufferBytes;
            return 0;
        }
        case VIDIOC_QBUF: {
            const std::lock_guard lock(mutex);
            queued.push_back(static_cast<v4l2_buffer*>(argument)->index);
            return 0;
        }
        case VIDIOC_DQBUF: return dequeue(file, *static_cast<v4l2_buffer*>(argument));
        case VIDIOC_STREAMON:
        case VIDIOC_STREAMOFF: {
            const std::lock_guard lock(mutex);
            streaming = request == VIDIOC_STREAMON;
            return 0;
        }
        case VIDIOC_G_INPUT:
        case VIDIOC_S_INPUT: *static_cast<int*>(argument) = 0; return 0;
        default: return refuse(ENOTTY);
    }
}

int openAny(const char* path, int flags, mode_t mode) {
    return std::strcmp(path, "/dev/video0") == 0 ? openCamera()
                                                 : static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

}  // namespace

FakeV4l2& fakeV4l2() {
    static FakeV4l2 fake;
    return fake;
}

}  // namespace sightline::test

using namespace sightline::test;

extern "C" {

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return openAny(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return openAny(path, flags, mode);
}

int close(int file) {
    {
        const std::lock_guard lock(mutex);
        cameras.erase(file);
    }
    return static_cast<int>(::syscall(SYS_close, file));
}

int ioctl(int file, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void* argument = va_arg(rest, void*);
    va_end(rest);
    return isCamera(file) ? control(file, request, argument)
                          : static_cast<int>(::syscall(SYS_ioctl, file, request, argument));
}

// OpenCV waits for one camera.
int select(int count, fd_set* read, fd_set* write, fd_set* except, timeval* limit) {
    if (count <= 0 || !read || !FD_ISSET(count - 1, read) || !isCamera(count - 1)) {
        return static_cast<int>(::syscall(SYS_select, count, read, write, except, limit));
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(limit->tv_sec);
    std::this_thread::sleep_for(kPictureTime);
    while (fakeV4l2().silent && !fakeV4l2().gone && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(kPictureTime);
    }
    return fakeV4l2().silent && !fakeV4l2().gone ? 0 : 1;
}
}
