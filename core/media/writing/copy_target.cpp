#include "core/media/writing/copy_target.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "core/media/files/video_input.h"
#include "core/media/writing/copy_plan.h"

namespace sightline {
namespace {

// What a copy in a kind of file would lack.
struct Losses {
    const AVStream* essential = nullptr;  // the first of picture and sound
    const AVStream* turned = nullptr;     // whose rotation is lost
    int essentials = 0, rotations = 0, subtitles = 0;

    auto rank() const { return std::tuple(essentials, rotations, subtitles); }
};

Losses lossesIn(const Container& container, AVFormatContext& input) {
    Losses losses;
    for (unsigned i = 0; i < input.nb_streams; ++i) {
        AVStream& stream = *input.streams[i];
        if (!keepsRotation(container, stream)) {
            losses.turned = losses.turned ? losses.turned : &stream;
            ++losses.rotations;
        }
        const bool isSubtitle = stream.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE;
        if ((!isEssential(stream) && !isSubtitle) || holds(container, input, stream)) {
            continue;
        }
        if (isSubtitle) {
            ++losses.subtitles;
            continue;
        }
        losses.essential = losses.essential ? losses.essential : &stream;
        ++losses.essentials;
    }
    return losses;
}

std::vector<Container> candidatesFor(const AVFormatContext& input, const std::filesystem::path& name) {
    std::vector<std::string> extensions = copyExtensions(name);
    const AVDictionaryEntry* brand = av_dict_get(input.metadata, "major_brand", nullptr, 0);
    if (brand && std::string_view(brand->value) == "qt  ") {
        extensions.insert(extensions.begin() + 1, ".mov");  // QuickTime under another name
    }
    std::vector<Container> candidates;
    for (const std::string& extension : extensions) {
        if (auto container = containerFor("a" + extension)) {
            candidates.push_back(std::move(*container));
        }
    }
    return candidates;
}

}  // namespace

std::vector<std::string> copyExtensions(const std::filesystem::path& video) {
    std::vector<std::string> extensions{video.extension().string()};
    for (const char* other : {".mkv", ".mov", ".mp4"}) {
        if (extensions.front() != other) {
            extensions.emplace_back(other);
        }
    }
    return extensions;
}

Result<Container> bestContainerFor(AVFormatContext& input, const std::filesystem::path& name) {
    std::optional<Container> best;
    Losses least;
    for (Container& candidate : candidatesFor(input, name)) {
        const Losses losses = lossesIn(candidate, input);
        if (!best || losses.rank() < least.rank()) {
            best = std::move(candidate);
            least = losses;
        }
    }
    if (least.essential || least.turned) {
        const AVStream& stream = least.essential ? *least.essential : *least.turned;
        return fail(
            ErrorCode::Unsupported,
            fmt::format("Cannot copy {}: no kind of file that takes captions keeps {}{} together with the rest. "
                        "Convert the video first, or have the captions drawn into its picture.",
                        name.string(), least.essential ? "" : "the rotation of ", nameOf(stream)));
    }
    return *best;
}

Result<void> checkEssentials(const Container& container, AVFormatContext& input, const std::filesystem::path& name) {
    const Losses losses = lossesIn(container, input);
    if (!losses.essential && !losses.turned) {
        return {};
    }
    const auto better = bestContainerFor(input, name);
    if (!better) {
        return tl::unexpected(better.error());
    }
    return fail(ErrorCode::Unsupported,
                fmt::format("Cannot keep {}{} of {} in a {} file. Choose a name that ends in {}.",
                            losses.essential ? "" : "the rotation of ",
                            nameOf(losses.essential ? *losses.essential : *losses.turned), name.string(),
                            container.extension, better->extension));
}

Result<std::filesystem::path> copyTargetFor(const std::filesystem::path& input, const std::filesystem::path& name,
                                            const std::stop_token& stop) {
    auto opened = openVideoInput(input, stop);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    auto container = bestContainerFor(*opened->context, input);
    if (!container) {
        return tl::unexpected(container.error());
    }
    // The video's own extension stays as it is written, in capitals or not.
    const auto own = containerFor(input);
    const bool isOwn = own && own->extension == container->extension;
    return std::filesystem::path(name.string() + (isOwn ? input.extension().string() : container->extension));
}

}  // namespace sightline
