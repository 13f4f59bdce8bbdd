#include "core/feed/feed_request.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(FeedRequest, OnlyThisMachinesNamesAreThisMachine) {
    EXPECT_TRUE(namesThisMachine("127.0.0.1:8137", 8137));
    EXPECT_TRUE(namesThisMachine("localhost:8137", 8137));
    EXPECT_TRUE(namesThisMachine("localhost", 80));
    for (const char* host :
         {"", "localhost", "localhost:80", "evil.org:8137", "127.0.0.1:8137.evil.org", "127.0.0.1:81370"}) {
        EXPECT_FALSE(namesThisMachine(host, 8137)) << host;
    }
}

TEST(FeedRequest, ATokenIsThatOfTheHeaderOrOfTheAddress) {
    EXPECT_EQ(tokenIn("Bearer abc", "x"), "abc");
    EXPECT_EQ(tokenIn("bEARER   abc", "x"), "abc");
    EXPECT_EQ(tokenIn("", "x"), "x");
    EXPECT_EQ(tokenIn("Basic abc", "x"), "x");
    EXPECT_EQ(tokenIn("Bearer ", "x"), "x");
    EXPECT_EQ(tokenIn("Bearer   ", "x"), "") << "spaces alone name no token";
}

TEST(FeedRequest, ANumberThatDoesNotFitIsNone) {
    EXPECT_EQ(numberIn("17"), 17U);
    EXPECT_EQ(numberIn("17a"), 17U);
    for (const char* text : {"", "a", "-1", "+1", " 1", "18446744073709551616"}) {
        EXPECT_EQ(numberIn(text), 0U) << text;
    }
}

}  // namespace
}  // namespace sightline
