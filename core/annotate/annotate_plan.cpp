#include "core/annotate/annotate_plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <glob.h>

#include "core/annotate/annotate_description.h"
#include "core/annotate/annotate_outputs.h"
#include "core/base/ascii.h"
#include "core/base/sha256.h"
#include "core/captions/project.h"
#include "core/media/writing/copy_target.h"

namespace sightline {
namespace {

constexpr std::array kExtensions{".3gp", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv",  ".mov", ".mp4", ".mpeg",
                                 ".mpg", ".mts", ".mxf", ".ogv", ".ts",   ".vob", ".webm", ".wmv", ".y4m"};

bool isVideoName(const std::filesystem::path& path) {
    const std::string extension = lowerCase(path.extension().string());
    return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

std::filesystem::path whole(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::absolute(path, ignored).lexically_normal();
}

// What a killed run left (output_file.cpp), and what macOS keeps beside files on disks of other systems.
bool isLeftover(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name.starts_with(".sightline-") || name.starts_with("._");
}

// Whether `path` is called as the copy of a video with a project beside it.
bool isCopyBesideProject(const std::filesystem::path& path) {
    const std::string name = path.stem().string();
    std::vector<std::string> marks = describedMarks();
    marks.insert(marks.end(), {kCaptionedMark, kBurnedInMark});
    for (const std::string& mark : marks) {
        if (name.size() > mark.size() && name.ends_with(mark)) {
            std::error_code ignored;
            return std::filesystem::exists(
                path.parent_path() / (name.substr(0, name.size() - mark.size()) + kProjectExtension), ignored);
        }
    }
    return false;
}

class Planner {
public:
    explicit Planner(const std::filesystem::path& folder) : folder_(folder) {}

    void add(const std::filesystem::path& input) {
        std::error_code status;
        if (std::filesystem::is_directory(input, status)) {
            addFolder(input);
        } else if (std::filesystem::exists(input, status)) {
            addFile(input, input.filename());
        } else {
            addPattern(input);
        }
    }

    AnnotatePlan plan() {
        const auto copies = possibleCopies();
        std::erase_if(plan_.jobs, [&](const AnnotateJob& job) {
            const bool isCopy = isCopyBesideProject(job.input) || copies.contains(whole(job.input));
            if (isCopy) {
                plan_.ownCopies.push_back(job.input);
            }
            return isCopy;
        });
        if (plan_.jobs.empty() && plan_.problems.empty()) {
            plan_.problems.push_back({ErrorCode::Unsupported,
                                      "There is no video but copies that earlier runs made. Name the videos they are "
                                      "of.",
                                      {}});
        }
        giveNamesOfTheirOwn();
        return std::move(plan_);
    }

private:
    void addFile(const std::filesystem::path& input, const std::filesystem::path& relative) {
        const AnnotateJob job{input, folder_ / std::filesystem::path(relative).replace_extension()};
        if (seen_.insert(whole(input)).second) {  // else it was named twice
            plan_.jobs.push_back(job);
        }
    }

    // What runs over these videos call their copies, whichever kind of file their streams need.
    std::set<std::filesystem::path> possibleCopies() const {
        std::set<std::filesystem::path> copies;
        for (const AnnotateJob& job : plan_.jobs) {
            AnnotateJob withExtension = job;  // as giveNamesOfTheirOwn() may call it
            withExtension.output += job.input.extension();
            for (const AnnotateJob& one : {job, withExtension}) {
                copies.insert(whole(burnInPath(one)));
                for (const std::string& extension : copyExtensions(job.input)) {
                    copies.insert(whole(one.output.string() + kCaptionedMark + extension));
                    for (const std::string& mark : describedMarks()) {
                        copies.insert(whole(one.output.string() + mark + extension));
                    }
                }
            }
        }
        return copies;
    }

    std::map<std::filesystem::path, int> usersOfOutputs() const {
        std::map<std::filesystem::path, int> users;
        for (const AnnotateJob& job : plan_.jobs) {
            ++users[job.output];
        }
        return users;
    }

    void giveNamesOfTheirOwn() {
        for (const auto& [output, users] : usersOfOutputs()) {
            if (users > 1) {
                keepFolders(output);
            }
        }
        const auto users = usersOfOutputs();
        for (AnnotateJob& job : plan_.jobs) {
            if (users.at(job.output) > 1) {
                job.output += job.input.extension();
            }
        }
        // Rare: a name made here is that of another file.
        std::map<std::filesystem::path, int> taken;
        for (AnnotateJob& job : plan_.jobs) {
            const auto wanted = job.output;
            for (int number = 2; taken[job.output]++ > 0; ++number) {
                job.output = fmt::format("{} ({})", wanted.string(), number);
            }
        }
    }

    // Below the folder that all inputs of `output` have in common.
    void keepFolders(const std::filesystem::path& output) {
        std::vector<AnnotateJob*> jobs;
        for (AnnotateJob& job : plan_.jobs) {
            if (job.output == output) {
                jobs.push_back(&job);
            }
        }
        std::filesystem::path common = whole(jobs.front()->input).parent_path();
        for (const AnnotateJob* job : jobs) {
            while (*whole(job->input).lexically_relative(common).begin() == "..") {
                common = common.parent_path();
            }
        }
        if (std::ranges::all_of(jobs,
                                [&](const AnnotateJob* job) { return whole(job->input).parent_path() == common; })) {
            return;  // it is the extension that tells them apart
        }
        for (AnnotateJob* job : jobs) {
            const auto below = whole(job->input).lexically_relative(common);
            job->output = folder_ / std::filesystem::path(below).replace_extension();
        }
    }

    void addFolder(const std::filesystem::path& input) {
        std::vector<std::filesystem::path> found;
        std::error_code status;
        auto entry = std::filesystem::recursive_directory_iterator(
            input, std::filesystem::directory_options::skip_permission_denied, status);
        for (; !status && entry != std::filesystem::recursive_directory_iterator(); entry.increment(status)) {
            std::error_code ignored;
            if (entry->is_regular_file(ignored) && isVideoName(entry->path()) && !isLeftover(entry->path())) {
                found.push_back(entry->path());
            }
        }
        if (status) {
            plan_.problems.push_back({ErrorCode::Io,
                                      fmt::format("Cannot read all of the folder {}: {}. Check its permissions.",
                                                  input.string(), status.message()),
                                      {}});
        }
        if (found.empty() && !status) {
            plan_.problems.push_back({ErrorCode::Unsupported,
                                      fmt::format("There is no video in {}. Name the files, if their extensions are "
                                                  "unusual.",
                                                  input.string()),
                                      {}});
        }
        std::ranges::sort(found);
        for (const auto& path : found) {
            addFile(path, path.lexically_relative(input));
        }
    }

    void addPattern(const std::filesystem::path& input) {
        const auto missing = [&](const std::string& why) {
            plan_.problems.push_back(
                {ErrorCode::NotFound, fmt::format("Cannot open {}: {} Check the name.", input.string(), why), {}});
        };
        std::error_code ignored;
        if (std::filesystem::is_symlink(input, ignored)) {
            return missing("it is a link to a file that is not there.");
        }
        glob_t matches{};
        const bool found = ::glob(input.c_str(), GLOB_TILDE | GLOB_BRACE, nullptr, &matches) == 0;
        const std::vector<std::string> names(matches.gl_pathv, matches.gl_pathv + (found ? matches.gl_pathc : 0));
        ::globfree(&matches);
        if (names.empty() || (names.size() == 1 && names[0] == input)) {
            return missing("there is no such file, and no file matches it as a pattern.");
        }
        for (const std::string& name : names) {
            if (!isLeftover(name)) {
                add(name);
            }
        }
    }

    const std::filesystem::path folder_;
    AnnotatePlan plan_;
    std::set<std::filesystem::path> seen_;
};

}  // namespace

AnnotatePlan planAnnotation(const std::vector<std::string>& inputs, const std::filesystem::path& folder) {
    Planner planner(folder);
    for (const std::string& input : inputs) {
        planner.add(input);
    }
    return planner.plan();
}

bool isOfShard(const AnnotateJob& job, const std::filesystem::path& folder, const Shard& shard) {
    constexpr std::size_t kDigits = 15;  // as many bits as a number of 64 has room for
    const std::string place = job.output.lexically_relative(folder).generic_string();
    const auto hash = std::stoull(Sha256::hexOf(place).substr(0, kDigits), nullptr, 16);
    return hash % static_cast<unsigned long long>(shard.count) == static_cast<unsigned long long>(shard.index - 1);
}

}  // namespace sightline
