// Files that tests read, and folders they write.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace sightline::test {

std::filesystem::path sourceFile(const std::string& name);  // relative to the source tree
std::filesystem::path fixture(const std::string& name);     // made by tests/make_fixtures.sh

// A file of the shared data folder, or nothing where there is none: skip the test with kNoSharedData then.
std::optional<std::filesystem::path> sharedFile(const std::string& name);
inline constexpr const char* kNoSharedData = "skipped: the shared data folder is not beside the checkout";

// A fresh folder that is removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path file(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

std::string readBytes(const std::filesystem::path& path);
void writeBytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace sightline::test
