// A camera at /dev/video0 for whatever this program and its libraries ask V4L2: the test's executable has open(),
// ioctl() and select() of its own, which go before the C library's. All other files are left to the system.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace sightline::test {

struct FakeV4l2 {
    // Set before the camera is opened.
    std::vector<std::uint32_t> formats;  // V4L2_PIX_FMT_...
    int width = 64;                      // the only size
    int height = 48;
    std::string jpeg;  // every picture in MJPG; YUYV ones are grey, each brighter than the one before

    // At any time.
    std::atomic<bool> silent = false;
    std::atomic<bool> gone = false;

    // What happened.
    std::atomic<std::uint32_t> format = 0;
    std::atomic<int> buffers = 0;
    std::atomic<int> pictures = 0;
    std::atomic<int> opened = 0;  // now
};

FakeV4l2& fakeV4l2();

}  // namespace sightline::test
