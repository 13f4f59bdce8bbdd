#include "core/inference/torch_library.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

TEST(TorchLibrary, IsLoadedOnce) {
    const auto first = torchFunctions();
    ASSERT_TRUE(first) << first.error().message << first.error().detail;
    EXPECT_EQ(torchFunctions(), *first);
    EXPECT_TRUE(libTorchVersion().starts_with("2.")) << libTorchVersion();
}

TEST(TorchLibrary, SaysWhatIsMissing) {
    const auto none = loadTorchFunctions("libsightline_nowhere.so");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::Unsupported);
    EXPECT_NE(none.error().message.find("libsightline_nowhere.so"), std::string::npos);
    EXPECT_NE(none.error().message.find("Install the program again"), std::string::npos);
    EXPECT_FALSE(none.error().detail.empty());
    const auto another = loadTorchFunctions("libz.so.1");  // is there, but is not what was asked for
    ASSERT_FALSE(another);
    EXPECT_FALSE(another.error().detail.empty());
}

}  // namespace
}  // namespace sightline
