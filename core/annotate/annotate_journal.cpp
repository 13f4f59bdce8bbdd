#include "core/annotate/annotate_journal.h"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/captions/cue_json.h"

namespace sightline {
namespace {

constexpr auto kKeepEvery = std::chrono::seconds(1);

Transition transition(const nlohmann::json& json) {
    for (const Transition known : {Transition::Cut, Transition::Fade, Transition::Dissolve}) {
        if (json == static_cast<int>(known)) {
            return known;
        }
    }
    throw std::out_of_range("no transition");
}

}  // namespace

bool replay(AnnotationNotes& notes, const std::string& line) {
    try {
        const auto json = nlohmann::json::parse(line);
        AnnotationNotes gained;
        gained.certain = timeFromJson(json.at("certain_ns"));
        for (const auto& caption : json.at("captions")) {
            gained.captions.push_back({timeFromJson(caption.at(0)), caption.at(1), caption.at(2)});
        }
        for (const auto& boundary : json.at("boundaries")) {
            gained.boundaries.push_back({timeFromJson(boundary.at(0)), timeFromJson(boundary.at(1)),
                                         timeFromJson(boundary.at(2)), transition(boundary.at(3))});
        }
        // A run that went on made the captions after its starting point again.
        if (!gained.captions.empty()) {
            const MediaTime first = gained.captions.front().time;
            std::erase_if(notes.captions, [first](const SampledCaption& caption) { return caption.time >= first; });
        }
        std::ranges::move(gained.captions, std::back_inserter(notes.captions));
        std::ranges::move(gained.boundaries, std::back_inserter(notes.boundaries));
        notes.certain = gained.certain;
        return true;
    } catch (const std::exception&) {  // nlohmann::json::exception, std::out_of_range
        return false;
    }
}

Result<AnnotateJournal> AnnotateJournal::open(const std::filesystem::path& path, std::string_view run) {
    std::vector<std::string> lines;
    auto journal = EditJournal::open(path, run, lines);
    if (!journal) {
        return tl::unexpected(journal.error());
    }
    AnnotateJournal notes(std::move(*journal));
    for (const std::string& line : lines) {
        if (!replay(notes.notes_, line)) {
            break;
        }
    }
    notes.keptCaptions_ = notes.notes_.captions.size();
    notes.keptBoundaries_ = notes.notes_.boundaries.size();
    return notes;
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
