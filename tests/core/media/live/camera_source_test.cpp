#include "core/media/live/camera_source.h"

#include <cerrno>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/fake_camera.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPath = "/dev/video0";

// YUYV of one grey, `luma` 16..235.
std::string grey(int width, int height, int luma) {
    std::string bytes;
    for (int i = 0; i < width * height; ++i) {
        bytes += static_cast<char>(luma);
        bytes += static_cast<char>(128);
    }
    return bytes;
}

class CameraTest : public testing::Test {
protected:
    CameraTest() {
        options.stallTimeout = 250ms;
        node().modes = {{V4L2_PIX_FMT_YUYV, 64, 48, 30}};
        options.width = 64;
        options.height = 48;
    }

    test::FakeNode& node() { return nodes.nodes[kPath]; }
    std::unique_ptr<FrameSource> opened() {
        auto camera = openCamera(options, nodes);
        EXPECT_TRUE(camera) << camera.error().message;
        return camera ? std::move(*camera) : nullptr;
    }
    std::string refusal() {
        const auto camera = openCamera(options, nodes);
        EXPECT_FALSE(camera);
        return camera ? std::string() : camera.error().message;
    }

    test::FakeNodes nodes;
    CameraOptions options;
};

TEST(Camera, AMissingDeviceIsRefusedWithCauseAndFix) {
    CameraOptions options;
    options.index = 250;
    const auto camera = openCamera(options);
    ASSERT_FALSE(camera);
    EXPECT_EQ(camera.error().code, ErrorCode::Device);
    EXPECT_NE(camera.error().message.find("Cannot open camera 250: it is not plugged in"), std::string::npos);
}

TEST_F(CameraTest, RawPicturesAreShownInTheirColours) {
    node().pictures = {grey(64, 48, 16), grey(64, 48, 235)};
    const auto camera = opened();
    EXPECT_EQ(camera->description().name, "Fake Camera");
    EXPECT_EQ(camera->description().width, 64);
    EXPECT_TRUE(camera->description().live);
    const auto dark = camera->read();
    ASSERT_TRUE(dark) << dark.error().message;
    EXPECT_LE(dark->image.row(20)[80], 2);
    const auto bright = camera->read();
    ASSERT_TRUE(bright);
    EXPECT_GE(bright->image.row(20)[80], 253);
    EXPECT_EQ(bright->id, 1U);
}

TEST_F(CameraTest, MjpgIsAskedForFirstAndDecoded) {
    node().modes = {{V4L2_PIX_FMT_YUYV, 512, 512, 30}, {V4L2_PIX_FMT_MJPEG, 512, 512, 30}};
    options.width = options.height = 512;
    node().pictures = {test::readBytes(test::sourceFile("tests/data/astronaut.jpg"))};
    const auto camera = opened();
    EXPECT_EQ(node().chosenFormat, static_cast<std::uint32_t>(V4L2_PIX_FMT_MJPEG));
    const auto frame = camera->read();
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_FALSE(frame->image.empty());
}

TEST_F(CameraTest, OfPicturesThatWaitTheNewestIsShown) {
    node().pictures = {grey(64, 48, 16), grey(64, 48, 100), grey(64, 48, 235)};
    node().atOnce = 3;
    const auto camera = opened();
    const auto frame = camera->read();
    ASSERT_TRUE(frame);
    EXPECT_GE(frame->image.row(20)[80], 253);
}

TEST_F(CameraTest, BuffersGoBackToTheDriverForEver) {
    node().pictures.assign(500, grey(64, 48, 100));
    node().atOnce = 2;
    const auto camera = opened();
    for (int i = 0; i < 250; ++i) {
        ASSERT_TRUE(camera->read()) << i;
    }
}

TEST_F(CameraTest, DamagedPicturesAreLeftOut) {
    node().pictures = {std::string(), grey(10, 10, 235), grey(64, 48, 235)};  // error flag, cut short, sound
    const auto camera = opened();
    const auto frame = camera->read();
    ASSERT_TRUE(frame);
    EXPECT_GE(frame->image.row(20)[80], 253);
    EXPECT_EQ(frame->id, 0U);
}

TEST_F(CameraTest, TheModeItReallyRunsInIsTold) {
    node().forcedWidth = 32;
    node().forcedHeight = 24;
    node().pictures = {grey(32, 24, 235)};
    const auto camera = opened();
    EXPECT_EQ(camera->description().width, 32);
    EXPECT_EQ(camera->description().height, 24);
    EXPECT_EQ(camera->read()->image.width(), 32);
}

TEST_F(CameraTest, SilenceIsToldWithinItsTime) {
    node().pictures = {grey(64, 48, 100)};
    const auto camera = opened();
    ASSERT_TRUE(camera->read());
    const auto begin = std::chrono::steady_clock::now();
    const auto frame = camera->read();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::Device);
    EXPECT_NE(frame.error().message.find("no pictures any more"), std::string::npos);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
    EXPECT_LT(CameraOptions{}.stallTimeout, 2s);
}

TEST_F(CameraTest, UnpluggingIsToldAtOnce) {
    node().pictures = {grey(64, 48, 100)};
    node().after = ENODEV;
    const auto camera = opened();
    ASSERT_TRUE(camera->read());
    const auto frame = camera->read();
    ASSERT_FALSE(frame);
    EXPECT_NE(frame.error().message.find("was unplugged"), std::string::npos) << frame.error().message;
}

TEST_F(CameraTest, AnInterruptEndsTheWaitForASilentCamera) {
    options.stallTimeout = 1h;
    const auto camera = opened();
    std::jthread later([&] {
        std::this_thread::sleep_for(50ms);
        camera->interrupt();
    });
    EXPECT_EQ(camera->read().error().code, ErrorCode::Cancelled);
}

TEST_F(CameraTest, EachRefusalNamesItsCauseAndFix) {
    node().openProblem = EACCES;
    EXPECT_NE(refusal().find("group 'video'"), std::string::npos);
    node().openProblem = 0;
    node().streamProblem = EBUSY;
    EXPECT_NE(refusal().find("another program is using it"), std::string::npos);
    node().streamProblem = ENOSPC;
    EXPECT_NE(refusal().find("USB"), std::string::npos);
    node().streamProblem = 0;
    node().formatProblem = EBUSY;
    EXPECT_NE(refusal().find("another program is using it"), std::string::npos);
    node().formatProblem = 0;
    node().modes = {{V4L2_PIX_FMT_H264, 64, 48, 30}};
    EXPECT_NE(refusal().find("H264"), std::string::npos);
    node().deviceCaps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    EXPECT_NE(refusal().find("metadata"), std::string::npos);
    EXPECT_EQ(node().openCount, 0) << "a refused camera is closed";
}

TEST_F(CameraTest, ACameraIsFoundByItsName) {
    nodes.nodes["/dev/video1"].card = "Other";
    options.device = "Fake Camera";
    EXPECT_TRUE(openCamera(options, nodes));
    options.device = "Nobody";
    EXPECT_NE(refusal().find("no camera has that name"), std::string::npos);
}

TEST_F(CameraTest, TheListHoldsNodesThatGivePictures) {
    node().stable = "/dev/v4l/by-id/usb-fake-index0";
    node().modes = {
        {V4L2_PIX_FMT_MJPEG, 1280, 720, 30}, {V4L2_PIX_FMT_YUYV, 1280, 720, 10}, {V4L2_PIX_FMT_H264, 1280, 720, 30}};
    nodes.nodes["/dev/video1"].deviceCaps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    nodes.nodes["/dev/video2"].openProblem = EACCES;
    nodes.nodes["/dev/video3"].openProblem = ENODEV;
    const auto cameras = listCameras(nodes);
    ASSERT_EQ(cameras.size(), 2U);
    EXPECT_EQ(cameras[0].name, "Fake Camera");
    EXPECT_EQ(cameras[0].address, "/dev/v4l/by-id/usb-fake-index0");
    const std::vector<CameraMode> expected{{V4L2_PIX_FMT_MJPEG, 1280, 720, 30.0}, {V4L2_PIX_FMT_YUYV, 1280, 720, 10.0}};
    EXPECT_EQ(cameras[0].modes, expected);
    EXPECT_TRUE(cameras[1].forbidden);
}

TEST(CameraMode, FullRateGoesBeforeSizeAndSizeBeforeFormat) {
    CameraOptions options;  // 1280 x 720 at 30
    const CameraMode slow{V4L2_PIX_FMT_YUYV, 1280, 720, 10.0};
    const CameraMode small{V4L2_PIX_FMT_YUYV, 640, 480, 30.0};
    const CameraMode full{V4L2_PIX_FMT_MJPEG, 1280, 720, 30.0};
    const CameraMode large{V4L2_PIX_FMT_MJPEG, 1920, 1080, 30.0};
    EXPECT_EQ(nearestMode({slow, small, full, large}, options), full);
    EXPECT_EQ(nearestMode({slow, small}, options), small);
    EXPECT_EQ(nearestMode({slow}, options), slow);
    const CameraMode raw{V4L2_PIX_FMT_YUYV, 1280, 720, 30.0};
    EXPECT_EQ(nearestMode({raw, full}, options), full);
}

}  // namespace
}  // namespace sightline
