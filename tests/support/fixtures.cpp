#include "tests/support/fixtures.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace sightline::test {

std::filesystem::path sourceFile(const std::string& name) { return std::filesystem::path(SIGHTLINE_SOURCE_DIR) / name; }

std::filesystem::path fixture(const std::string& name) { return std::filesystem::path(SIGHTLINE_FIXTURES) / name; }

std::optional<std::filesystem::path> sharedFile(const std::string& name) {
    const auto path = std::filesystem::path(SIGHTLINE_SHARED_DATA) / name;
    return std::filesystem::exists(path) ? std::optional(path) : std::nullopt;
}

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sightline-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string readBytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace sightline::test
