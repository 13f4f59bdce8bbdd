// What tests of writers say of a call that must fail.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "core/base/result.h"

namespace sightline::test {

// With that code, and a message that holds `part`.
inline void expectFailure(const Result<void>& result, ErrorCode code, const std::string& part) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
}

}  // namespace sightline::test
