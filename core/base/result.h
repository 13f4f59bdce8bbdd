// What every fallible function of core returns.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

namespace sightline {

enum class ErrorCode : std::uint8_t {
    EndOfStream,  // an outcome, not a failure
    Cancelled,    // an outcome, not a failure
    NotFound,
    Corrupt,
    Unsupported,
    Device,
    Model,
    Io,
    Internal,
};

// `message` is for people: failure, cause and fix in one or two sentences. `detail` is for logs and may be long.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string detail;
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
};

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail)});
}

}  // namespace sightline
