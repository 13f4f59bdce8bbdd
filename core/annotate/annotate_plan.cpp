#include "core/annotate/annotate_plan.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <glob.h>

namespace sightline {
namespace {

constexpr std::array kExtensions{".3gp", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv",  ".mov", ".mp4", ".mpeg",
                                 ".mpg", ".mts", ".mxf", ".ogv", ".ts",   ".vob", ".webm", ".wmv", ".y4m"};

bool isVideoName(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

class Plan {
public:
    explicit Plan(const std::filesystem::path& folder) : folder_(folder) {}

    Result<void> add(const std::filesystem::path& input) {
        std::error_code status;
        if (std::filesystem::is_directory(input, status)) {
            return addFolder(input);
        }
        if (std::filesystem::exists(input, status)) {
            addFile(input, input.filename());
            return {};
        }
        return addPattern(input);
    }

    std::vector<AnnotateJob> jobs() {
        std::map<std::filesystem::path, int> users;
        for (const AnnotateJob& job : jobs_) {
            ++users[job.output];
        }
        for (AnnotateJob& job : jobs_) {
            if (users[job.output] > 1) {
                job.output += job.input.extension();
            }
        }
        return std::move(jobs_);
    }

private:
    void addFile(const std::filesystem::path& input, const std::filesystem::path& relative) {
        const AnnotateJob job{input, folder_ / std::filesystem::path(relative).replace_extension()};
        if (std::ranges::find(jobs_, job) == jobs_.end()) {  // named twice
            jobs_.push_back(job);
        }
    }

    Result<void> addFolder(const std::filesystem::path& input) {
        std::vector<std::filesystem::path> found;
        std::error_code status;
        auto entry = std::filesystem::recursive_directory_iterator(
            input, std::filesystem::directory_options::skip_permission_denied, status);
        for (; !status && entry != std::filesystem::recursive_directory_iterator(); entry.increment(status)) {
            std::error_code ignored;
            if (entry->is_regular_file(ignored) && isVideoName(entry->path())) {
                found.push_back(entry->path());
            }
        }
        if (status) {
            return fail(ErrorCode::Io, fmt::format("Cannot read the folder {}: {}.", input.string(), status.message()));
        }
        if (found.empty()) {
            return fail(ErrorCode::Unsupported, fmt::format("There is no video in {}. Name the files, if their "
                                                            "extensions are unusual.",
                                                            input.string()));
        }
        std::ranges::sort(found);
        for (const auto& path : found) {
            addFile(path, path.lexically_relative(input));
        }
        return {};
    }

    Result<void> addPattern(const std::filesystem::path& input) {
        glob_t matches{};
        const bool found = ::glob(input.c_str(), GLOB_TILDE | GLOB_BRACE, nullptr, &matches) == 0;
        const std::vector<std::string> names(matches.gl_pathv, matches.gl_pathv + (found ? matches.gl_pathc : 0));
        ::globfree(&matches);
        if (names.empty() || (names.size() == 1 && names[0] == input)) {
            return fail(ErrorCode::NotFound,
                        fmt::format("Cannot open {}: there is no such file, and no file matches it as a pattern. Check "
                                    "the name.",
                                    input.string()));
        }
        for (const std::string& name : names) {
            if (auto added = add(name); !added) {
                return added;
            }
        }
        return {};
    }

    const std::filesystem::path folder_;
    std::vector<AnnotateJob> jobs_;
};

}  // namespace

Result<std::vector<AnnotateJob>> planAnnotation(const std::vector<std::string>& inputs,
                                                const std::filesystem::path& folder) {
    Plan plan(folder);
    for (const std::string& input : inputs) {
        if (auto added = plan.add(input); !added) {
            return tl::unexpected(added.error());
        }
    }
    return plan.jobs();
}

}  // namespace sightline
