#include "core/base/secrets.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(Secrets, UserNameAndPasswordOfAUrlAreLeftOut) {
    EXPECT_EQ(withoutSecrets("rtsp://joe:p@ss@cam/a"), "rtsp://cam/a");
    EXPECT_EQ(withoutSecrets("rtsp://joe:secret@cam.local:554/a?x=1@2"), "rtsp://cam.local:554/a?x=1@2");
    EXPECT_EQ(withoutSecrets("Opening 'http://joe:secret@cam/a' for reading, then \"http://b:c@d\""),
              "Opening 'http://cam/a' for reading, then \"http://d\"");
}

TEST(Secrets, APasswordWithSlashesHashesAndQuestionMarksIsLeftOutWhereItIsClear) {
    for (const char* url : {"rtsp://joe:p/w@cam/a", "rtsp://joe:p#w@cam/a", "rtsp://joe:p?w@cam/a",
                            "rtsp://joe:p/#?w@cam/a", "rtsp://joe:p#@w@cam/a"}) {
        EXPECT_EQ(withoutSecrets(url), "rtsp://cam/a") << url;
    }
    EXPECT_EQ(withoutSecrets("rtsp://joe:12/34@10.0.0.5/a"), "rtsp://10.0.0.5/a");
    EXPECT_EQ(withoutSecrets("rtsp://joe:p#w@cam:554"), "rtsp://cam:554");
}

TEST(Secrets, WhatIsNoPasswordStays) {
    for (const char* text :
         {"http://cam/a@b", "http://cam:8080/a@b", "http://10.0.0.1:80/user@10.0.0.2/x", "http://cam/a?x=1@2",
          "clip.mp4", "joe:secret@cam", "http://[fe80::1]:80/a@10.0.0.2", "http://cam/compass?width=3"}) {
        EXPECT_EQ(withoutSecrets(text), text);
    }
}

TEST(Secrets, ValuesThatAreCalledPasswordAreStarred) {
    EXPECT_EQ(withoutSecrets("http://cam/snap.jpg?user=joe&password=se/cr#et&w=2"),
              "http://cam/snap.jpg?user=joe&password=***&w=2");
    EXPECT_EQ(withoutSecrets("http://cam/cgi?usr=joe&PWD=secret"), "http://cam/cgi?usr=joe&PWD=***");
    EXPECT_EQ(withoutSecrets("rtsp://10.0.0.2:554/user=joe&password=x&channel=1"),
              "rtsp://10.0.0.2:554/user=joe&password=***&channel=1");
    EXPECT_EQ(withoutSecrets("http://cam/?access_token=abc"), "http://cam/?access_token=***");
    EXPECT_EQ(withoutSecrets("gst:rtspsrc location=rtsp://cam/ user-id=joe user-pw=\"my secret\" ! decodebin"),
              "gst:rtspsrc location=rtsp://cam/ user-id=joe user-pw=*** ! decodebin");
}

TEST(Secrets, LongTextsTakeTimeInProportion) {
    const std::string letters(1'000'000, 'a');
    for (const std::string& begin : {std::string("rtsp://"), std::string("rtsp://h/"), std::string("rtsp://u:"),
                                     std::string("rtsp://u:p/@"), std::string("http://[")}) {
        EXPECT_EQ(withoutSecrets(begin + letters).substr(0, 7), begin.substr(0, 7)) << begin;
    }
    EXPECT_EQ(withoutSecrets("http://h/?" + letters + "password=" + letters), "http://h/?" + letters + "password=***");
    std::string many;
    for (int i = 0; i < 20'000; ++i) {
        many += "token=x&";
    }
    EXPECT_EQ(withoutSecrets("http://h/?" + many).find("=x"), std::string::npos);
    std::string plain;
    for (int i = 0; i < 500'000; ++i) {
        plain += "a=";
    }
    EXPECT_EQ(withoutSecrets(plain), plain);
}

TEST(Secrets, QuotesAroundAValueMayBeMissing) {
    EXPECT_EQ(withoutSecrets("user-pw='a b' next=1"), "user-pw=*** next=1");
    EXPECT_EQ(withoutSecrets("http://h/?key=abc&monkey=1"), "http://h/?key=***&monkey=1");
}

}  // namespace
}  // namespace sightline
