#include "core/base/sha256.h"

#include <openssl/evp.h>

namespace sightline {

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void Sha256::add(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }

Sha256::Digest Sha256::finish() {
    Digest digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return digest;
}

std::string Sha256::hex(const Digest& digest) {
    std::string text;
    for (const unsigned char byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string Sha256::hexOf(std::string_view bytes) {
    Sha256 digest;
    digest.add(bytes.data(), bytes.size());
    return hex(digest.finish());
}

}  // namespace sightline
