#include "core/annotate/annotate_journal.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sightline {
namespace {

constexpr auto kKeepEvery = std::chrono::seconds(1);

MediaTime time(const nlohmann::json& json) { return MediaTime(json.get<std::int64_t>()); }

}  // namespace

Result<AnnotateJournal> AnnotateJournal::open(const std::filesystem::path& path, std::string_view run) {
    std::vector<std::string> lines;
    auto journal = EditJournal::open(path, run, lines);
    if (!journal) {
        return tl::unexpected(journal.error());
    }
    AnnotateJournal notes(std::move(*journal));
    for (const std::string& line : lines) {
        if (!notes.replay(line)) {
            break;
        }
    }
    notes.keptCaptions_ = notes.notes_.captions.size();
    notes.keptBoundaries_ = notes.notes_.boundaries.size();
    return notes;
}

bool AnnotateJournal::replay(const std::string& line) {
    try {
        const auto json = nlohmann::json::parse(line);
        AnnotationNotes gained;
        gained.certain = time(json.at("certain_ns"));
        for (const auto& caption : json.at("captions")) {
            gained.captions.push_back({time(caption.at(0)), caption.at(1), caption.at(2)});
        }
        for (const auto& boundary : json.at("boundaries")) {
            gained.boundaries.push_back({time(boundary.at(0)), time(boundary.at(1)), time(boundary.at(2)),
                                         static_cast<Transition>(boundary.at(3).get<int>())});
        }
        // A run that went on made the captions after its starting point again.
        if (!gained.captions.empty()) {
            const MediaTime first = gained.captions.front().time;
            std::erase_if(notes_.captions, [first](const SampledCaption& caption) { return caption.time >= first; });
        }
        std::ranges::move(gained.captions, std::back_inserter(notes_.captions));
        std::ranges::move(gained.boundaries, std::back_inserter(notes_.boundaries));
        notes_.certain = gained.certain;
        return true;
    } catch (const nlohmann::json::exception&) {
        return false;
    }
}

Result<void> AnnotateJournal::keep() {
    const auto now = std::chrono::steady_clock::now();
    if (now - keptAt_ < kKeepEvery) {
        return {};
    }
    keptAt_ = now;
    return keepAll();
}

Result<void> AnnotateJournal::keepAll() {
    nlohmann::ordered_json line{{"certain_ns", notes_.certain.count()},
                                {"captions", nlohmann::ordered_json::array()},
                                {"boundaries", nlohmann::ordered_json::array()}};
    keptCaptions_ = std::min(keptCaptions_, notes_.captions.size());  // a run that went on dropped the last few
    for (; keptCaptions_ < notes_.captions.size(); ++keptCaptions_) {
        const SampledCaption& caption = notes_.captions[keptCaptions_];
        line["captions"].push_back({caption.time.count(), caption.text, caption.confidence});
    }
    for (; keptBoundaries_ < notes_.boundaries.size(); ++keptBoundaries_) {
        const ShotBoundary& boundary = notes_.boundaries[keptBoundaries_];
        line["boundaries"].push_back({boundary.time.count(), boundary.start.count(), boundary.end.count(),
                                      static_cast<int>(boundary.transition)});
    }
    return journal_->append(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace sightline
