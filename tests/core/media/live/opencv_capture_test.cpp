// Cameras through OpenCV itself, on a V4L2 that is not the kernel's.
#include <thread>

#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include "core/media/live/camera_source.h"
#include "tests/support/fake_v4l2.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class OpenCvCamera : public testing::Test {
protected:
    OpenCvCamera() {
        fake().formats = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};
        fake().width = fake().height = 256;
        fake().jpeg = test::readBytes(test::sourceFile("tests/data/astronaut.jpg"));
        fake().silent = fake().gone = false;
        fake().format = 0;
        fake().pictures = 0;
    }

    static test::FakeV4l2& fake() { return test::fakeV4l2(); }
    static std::unique_ptr<FrameSource> opened() {
        auto camera = openCamera({});
        EXPECT_TRUE(camera) << camera.error().message;
        return camera ? std::move(*camera) : nullptr;
    }
};

TEST_F(OpenCvCamera, MjpgIsChosenAndTheModeReadBack) {
    const auto camera = opened();
    ASSERT_TRUE(camera);
    EXPECT_EQ(fake().format, static_cast<std::uint32_t>(V4L2_PIX_FMT_MJPEG));
    EXPECT_EQ(fake().buffers, 2);
    EXPECT_EQ(camera->description().name, "Fake Camera");
    EXPECT_EQ(camera->description().width, 256) << "not the 1280 asked for";
    EXPECT_EQ(camera->description().frameRate, 50.0);
    const auto frame = camera->read();
    ASSERT_TRUE(frame) << frame.error().message;
    const std::uint8_t* corner = frame->image.row(200) + 20 * Image::kChannels;
    EXPECT_GT(corner[2], corner[0] + 40) << "the space suit's orange";
    EXPECT_EQ(corner[3], 255);
}

TEST_F(OpenCvCamera, RawPicturesAreShownAndTheNewestWins) {
    fake().formats = {V4L2_PIX_FMT_YUYV};
    const auto camera = opened();
    ASSERT_TRUE(camera);
    const auto first = camera->read();
    ASSERT_TRUE(first);
    const int then = fake().pictures;
    while (fake().pictures < then + 20) {
        std::this_thread::sleep_for(10ms);
    }
    const auto frame = camera->read();
    ASSERT_TRUE(frame);
    // A grey step each, and at most the picture that is under way is missing.
    EXPECT_GT(frame->image.row(20)[80], first->image.row(20)[80] + 60);
}

TEST_F(OpenCvCamera, SilenceIsToldAndTheCameraComesBack) {
    auto camera = opened();
    ASSERT_TRUE(camera);
    ASSERT_TRUE(camera->read());
    fake().silent = true;
    auto frame = camera->read();
    const auto last = steady_clock::now();
    while (frame) {
        frame = camera->read();
    }
    EXPECT_NE(frame.error().message.find("no pictures any more"), std::string::npos) << frame.error().message;
    EXPECT_LT(steady_clock::now() - last, 3s) << "of OpenCV's own limit of 10 s";
    camera.reset();
    fake().silent = false;
    camera = opened();
    ASSERT_TRUE(camera);
    EXPECT_TRUE(camera->read());
}

TEST_F(OpenCvCamera, UnpluggingIsTold) {
    const auto camera = opened();
    ASSERT_TRUE(camera);
    ASSERT_TRUE(camera->read());
    fake().gone = true;
    auto frame = camera->read();
    while (frame) {
        frame = camera->read();
    }
    EXPECT_NE(frame.error().message.find("was unplugged"), std::string::npos) << frame.error().message;
    EXPECT_NE(openCamera({}).error().message.find("not plugged in"), std::string::npos);
}

}  // namespace
}  // namespace sightline
