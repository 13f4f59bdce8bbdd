#include "core/annotate/former_file.h"

#include <fmt/format.h>

namespace sightline {
namespace {

constexpr int kMostFormers = 100'000;

}  // namespace

bool isTaken(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

Result<std::filesystem::path> keepFormerFile(const std::filesystem::path& path) {
    std::error_code status;
    const auto content = std::filesystem::canonical(path, status);
    for (int number = 1; !status && number <= kMostFormers; ++number) {
        const std::filesystem::path former = fmt::format("{}~{}", path.string(), number);
        if (isTaken(former)) {
            continue;
        }
        // What replaces files renames another over them, so a second name keeps the content, at no cost.
        std::filesystem::create_hard_link(content, former, status);
        if (status && !isTaken(former)) {  // FAT and some network disks know no second names
            std::filesystem::copy_file(content, former, std::filesystem::copy_options::none, status);
        }
        if (!status) {
            return former;
        }
        if (isTaken(former) && status == std::errc::file_exists) {  // another process was faster
            status.clear();
            continue;
        }
        std::error_code ignored;
        std::filesystem::remove(former, ignored);  // half a copy
    }
    return fail(ErrorCode::Io, fmt::format("Cannot keep a copy of {} beside it: {}. It was not replaced. Free space, "
                                           "check the folder's permissions or choose another folder for -o.",
                                           path.string(), status ? status.message() : "there are too many"));
}

}  // namespace sightline
