#include "core/media/live/source_address.h"

#include <gtest/gtest.h>

#include "core/media/live/open_source.h"

namespace sightline {
namespace {

SourceAddress parsed(const std::string& text) {
    const auto address = parseSourceAddress(text);
    EXPECT_TRUE(address) << text;
    return address.value_or(SourceAddress{});
}

TEST(SourceAddress, CamerasAreNamedByNumberPathOrName) {
    EXPECT_EQ(parsed("/dev/video2").kind, SourceKind::Camera);
    EXPECT_EQ(parsed("/dev/video2").target, "/dev/video2");
    EXPECT_EQ(parsed("/dev/v4l/by-id/usb-cam").kind, SourceKind::Camera);
    EXPECT_EQ(parsed("camera:0").target, "0");
    EXPECT_EQ(parsed("camera:HD Webcam C920").target, "HD Webcam C920");
    EXPECT_EQ(parsed("camera:").kind, SourceKind::Camera);
}

TEST(SourceAddress, StreamsAreNamedByUrl) {
    for (const char* url :
         {"rtsp://host/one", "http://127.0.0.1:8080/video.mjpg", "HTTPS://host/live.m3u8", "udp://@:5000"}) {
        EXPECT_EQ(parsed(url).kind, SourceKind::Stream) << url;
        EXPECT_EQ(parsed(url).target, url);
    }
}

TEST(SourceAddress, APasswordIsNeverShown) {
    EXPECT_EQ(parsed("rtsp://joe:secret@cam.local:554/a?x=1@2").name, "rtsp://cam.local:554/a?x=1@2");
    EXPECT_EQ(parsed("http://cam/snap.jpg?pwd=secret").name, "http://cam/snap.jpg?pwd=***");
    EXPECT_EQ(parsed("http://cam/snap.jpg?pwd=secret").target, "http://cam/snap.jpg?pwd=secret");
    EXPECT_EQ(parsed("gst:rtspsrc location=rtsp://joe:secret@cam/").name, "gst:rtspsrc location=rtsp://cam/");
    EXPECT_EQ(parsed("rtps://joe:secret@cam/").name, "rtps://cam/") << "also behind a scheme that nobody knows";
}

TEST(SourceAddress, APasswordIsEscapedWhereItMustBe) {
    EXPECT_EQ(parsed("rtsp://joe:a/b#c?d@cam/x?y#z").target, "rtsp://joe:a%2Fb%23c%3Fd@cam/x?y#z");
    EXPECT_EQ(parsed("rtsp://joe:a%23/b@cam/x").target, "rtsp://joe:a%23%2Fb@cam/x");
    EXPECT_EQ(parsed("rtsp://joe:a/b@c@cam/x").target, "rtsp://joe:a%2Fb%40c@cam/x");
    EXPECT_EQ(parsed("rtsp://joe:se@cret@cam/x").target, "rtsp://joe:se@cret@cam/x");
    EXPECT_EQ(parsed("http://cam:80/a@b").target, "http://cam:80/a@b");
}

TEST(SourceAddress, APipelineIsAllThatFollows) {
    EXPECT_EQ(parsed("gst:videotestsrc ! video/x-raw,width=320").kind, SourceKind::Pipeline);
    EXPECT_EQ(parsed("gst:videotestsrc ! video/x-raw,width=320").target, "videotestsrc ! video/x-raw,width=320");
}

TEST(SourceAddress, AScreenItsPartsAndItsWindows) {
    EXPECT_EQ(parsed("screen:").kind, SourceKind::Screen);
    EXPECT_EQ(parsed("screen::3").screen.display, ":3");
    const auto part = parsed("screen::3.0/640x480+10+20").screen;
    EXPECT_EQ(part.display, ":3.0");
    EXPECT_EQ(part.width, 640);
    EXPECT_EQ(part.height, 480);
    EXPECT_EQ(part.x, 10);
    EXPECT_EQ(part.y, 20);
    EXPECT_EQ(parsed("screen:/window=0x1a00003").screen.window, 0x1a00003U);
    EXPECT_EQ(parsed("screen:/window=17").screen.window, 17U);
}

TEST(SourceAddress, EverythingElseIsAFile) {
    EXPECT_EQ(parsed("clip.mp4").kind, SourceKind::File);
    EXPECT_EQ(parsed("file:/a/b.mkv").target, "/a/b.mkv");
    EXPECT_EQ(parsed("file:///a/b.mkv").target, "/a/b.mkv");
    for (const char* nothing : {"file:", "file://"}) {
        ASSERT_FALSE(parseSourceAddress(nothing));
        EXPECT_EQ(parseSourceAddress(nothing).error().code, ErrorCode::Unsupported);
    }
    EXPECT_EQ(parsed("/a/12:30.mp4").target, "/a/12:30.mp4");
    EXPECT_EQ(parsed("/a/b.mkv").name, "b.mkv");
}

TEST(SourceAddress, NonsenseIsRefusedWithAFix) {
    for (const char* text :
         {"", "gst:", "screen:/640x", "screen:/0x0+0+0", "screen:/window=0", "screen:/window=99999999999999"}) {
        const auto address = parseSourceAddress(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().code, ErrorCode::Unsupported);
    }
}

TEST(OpenSource, EachKindOfAddressReachesItsOpener) {
    EXPECT_EQ(openSource("/nowhere/clip.mp4").error().code, ErrorCode::NotFound);
    EXPECT_EQ(openSource("/dev/video250").error().code, ErrorCode::Device);
    EXPECT_EQ(openSource("camera:250").error().code, ErrorCode::Device);
    EXPECT_EQ(openSource("screen::973").error().code, ErrorCode::Device);
    EXPECT_EQ(openSource("rtsp://127.0.0.1:1/x").error().code, ErrorCode::Device);
}

}  // namespace
}  // namespace sightline
