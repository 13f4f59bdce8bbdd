#include "core/media/camera_source.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(Camera, AMissingDeviceIsRefusedWithCauseAndFix) {
    CameraOptions options;
    options.index = 250;
    const auto camera = openCamera(options);
    ASSERT_FALSE(camera);
    EXPECT_EQ(camera.error().code, ErrorCode::Device);
    EXPECT_NE(camera.error().message.find("there is no /dev/video250"), std::string::npos);
    EXPECT_NE(camera.error().message.find("choose another number"), std::string::npos);
}

}  // namespace
}  // namespace sightline
