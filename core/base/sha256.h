// SHA-256 of bytes that come piece by piece.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace sightline {

// One thread at a time.
class Sha256 {
public:
    using Digest = std::array<unsigned char, 32>;

    Sha256();
    void add(const void* data, std::size_t size);
    Digest finish();  // once
    static std::string hex(const Digest& digest);
    static std::string hexOf(std::string_view bytes);  // all at once

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

}  // namespace sightline
