// Cameras, with OpenCV's part and V4L2 scripted; opencv_capture_test.cpp runs OpenCV itself.
#include "core/media/live/camera_source.h"

#include <cerrno>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/fake_camera.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::CaptureScript;

constexpr const char* kPath = "/dev/video0";

class CameraTest : public testing::Test {
protected:
    CameraTest() {
        options.stallTimeout = 250ms;
        node().modes = {{V4L2_PIX_FMT_YUYV, 64, 48, 30}};
        options.width = 64;
        options.height = 48;
        script->hangs = true;
    }
    ~CameraTest() override {
        script->release();  // what hangs refers to the nodes
        EXPECT_TRUE(script->wait([](const CaptureScript& s) { return s.openCaptures == 0 && !s.isHangingInOpen; }));
    }

    test::FakeNode& node() { return nodes.nodes[kPath]; }
    Result<std::unique_ptr<FrameSource>> open(const std::stop_token& stop = {}) {
        return openCamera(options, stop, nodes, test::scripted(script));
    }
    std::unique_ptr<FrameSource> opened() {
        auto camera = open();
        EXPECT_TRUE(camera) << camera.error().message;
        return camera ? std::move(*camera) : nullptr;
    }
    std::string refusal() {
        const auto camera = open();
        EXPECT_FALSE(camera);
        return camera ? std::string() : camera.error().message;
    }

    test::FakeNodes nodes;
    std::shared_ptr<CaptureScript> script = std::make_shared<CaptureScript>();
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

TEST_F(CameraTest, ItIsOpenedByItsPathAndGivesItsPictures) {
    script->pictures = {100};
    const auto camera = opened();
    EXPECT_EQ(script->target, kPath);
    EXPECT_EQ(camera->description().name, "Fake Camera");
    EXPECT_EQ(camera->description().width, 64);
    EXPECT_TRUE(camera->description().live);
    const auto frame = camera->read();
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_EQ(frame->image.row(20)[80], 100);
    EXPECT_EQ(frame->id, 0U);
}

TEST_F(CameraTest, MjpgIsAskedForFirst) {
    node().modes = {{V4L2_PIX_FMT_YUYV, 512, 512, 30}, {V4L2_PIX_FMT_MJPEG, 512, 512, 60}};
    options.width = options.height = 512;
    script->pictures = {1};
    opened();
    EXPECT_EQ(script->wanted.format, static_cast<std::uint32_t>(V4L2_PIX_FMT_MJPEG));
    EXPECT_EQ(script->wanted.width, 512);
    EXPECT_EQ(script->wanted.frameRate, 30.0) << "no faster than wanted";
}

TEST_F(CameraTest, OfPicturesThatCameMeanwhileTheNewestIsShown) {
    script->pictures = {16, 100, 235};
    script->hangs = false;  // the camera fails after the third, so all of them have been grabbed once that is known
    const auto camera = opened();
    ASSERT_TRUE(script->wait([](const CaptureScript& s) { return s.openCaptures == 0; }));
    const auto frame = camera->read();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->image.row(20)[80], 235);
    EXPECT_FALSE(camera->read()) << "then the failure is told";
}

TEST_F(CameraTest, DamagedPicturesAreLeftOut) {
    script->pictures = {-1, -1, 235};
    const auto camera = opened();
    const auto frame = camera->read();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->image.row(20)[80], 235);
    EXPECT_EQ(frame->id, 0U);
}

TEST_F(CameraTest, TheModeItReallyRunsInIsTold) {
    script->runsIn = {V4L2_PIX_FMT_YUYV, 32, 24, 15.0};
    script->pictures = {235};
    const auto camera = opened();
    EXPECT_EQ(camera->description().width, 32);
    EXPECT_EQ(camera->description().height, 24);
    EXPECT_EQ(camera->description().frameRate, 15.0);
    EXPECT_EQ(camera->read()->image.width(), 32);
}

TEST_F(CameraTest, SilenceIsToldWithinItsTime) {
    script->pictures = {100};
    const auto camera = opened();
    ASSERT_TRUE(camera->read());
    const auto frame = camera->read();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::Device);
    EXPECT_NE(frame.error().message.find("no pictures any more"), std::string::npos);
    EXPECT_LT(CameraOptions{}.stallTimeout, 2s);
}

TEST_F(CameraTest, AReadThatHangsDoesNotHoldUpClosing) {
    script->pictures = {100};
    auto camera = opened();
    ASSERT_TRUE(script->wait([](const CaptureScript& s) { return s.isHanging; }));
    camera.reset();
    EXPECT_EQ(script->openCaptures, 1) << "it hangs still";
    script->release();
    EXPECT_TRUE(script->wait([](const CaptureScript& s) { return s.openCaptures == 0; })) << "and is closed afterwards";
}

TEST_F(CameraTest, ADriverThatHangsWhileItOpensIsTold) {
    script->hangsInOpen = true;
    options.openTimeout = 250ms;
    EXPECT_NE(refusal().find("its driver hangs"), std::string::npos);
}

TEST_F(CameraTest, OpeningCanBeCancelled) {
    script->hangsInOpen = true;
    std::stop_source stop;
    std::jthread later([&] {
        script->wait([](const CaptureScript& s) { return !s.target.empty(); });
        stop.request_stop();
    });
    EXPECT_EQ(open(stop.get_token()).error().code, ErrorCode::Cancelled);
}

TEST_F(CameraTest, UnpluggingIsToldAtOnce) {
    options.stallTimeout = 1h;
    script->pictures = {100};
    const auto camera = opened();
    ASSERT_TRUE(camera->read());
    node().openProblem = ENODEV;
    script->release();  // OpenCV gives up
    const auto frame = camera->read();
    ASSERT_FALSE(frame);
    EXPECT_NE(frame.error().message.find("was unplugged"), std::string::npos) << frame.error().message;
}

TEST_F(CameraTest, AnInterruptEndsTheWaitForASilentCamera) {
    options.stallTimeout = 1h;
    script->pictures = {100};
    const auto camera = opened();
    ASSERT_TRUE(camera->read());
    std::jthread later([&] { camera->interrupt(); });
    EXPECT_EQ(camera->read().error().code, ErrorCode::Cancelled);
    EXPECT_EQ(camera->read().error().code, ErrorCode::Cancelled);
}

TEST_F(CameraTest, EachRefusalNamesItsCauseAndFix) {
    script->pictures = {1};
    node().openProblem = EACCES;
    EXPECT_NE(refusal().find("group 'video'"), std::string::npos);
    node().openProblem = 0;
    node().modes = {{V4L2_PIX_FMT_H264, 64, 48, 30}};
    EXPECT_NE(refusal().find("H264"), std::string::npos);
    node().modes.clear();
    node().deviceCaps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    EXPECT_NE(refusal().find("metadata"), std::string::npos);
    node().deviceCaps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    script->opens = false;
    EXPECT_NE(refusal().find("gives no pictures"), std::string::npos);
    node().buffersProblem = EBUSY;
    EXPECT_NE(refusal().find("another program is using it"), std::string::npos);
    EXPECT_EQ(node().openCount, 0) << "a refused camera is closed";
}

TEST_F(CameraTest, ACameraThatOpensAndGivesNothingIsRefused) {
    script->hangs = false;
    EXPECT_NE(refusal().find("gives no pictures"), std::string::npos);
}

TEST_F(CameraTest, ACameraIsFoundByItsName) {
    script->pictures = {1, 2, 3};
    nodes.nodes["/dev/video1"].card = "Other";
    options.device = "Other";
    EXPECT_TRUE(open());
    EXPECT_EQ(script->target, "/dev/video1");
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
