#include "core/subtitles/eaf_format.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/xml.h"

namespace sightline {
namespace {

constexpr std::string_view kTier = "Descriptions";
constexpr const char* kType = "description";
constexpr std::size_t kMaxReferences = 64;  // from tier to tier; ELAN's trees are two or three deep
constexpr std::string_view kRoot = "ANNOTATION_DOCUMENT";

// More milliseconds are beyond any video, and the sum of two such times is well within 64 bits of nanoseconds.
constexpr std::size_t kMaxTimeDigits = 13;

std::string mimeType(const std::string& videoName) {
    constexpr std::pair<std::string_view, const char*> kTypes[] = {
        {".mp4", "video/mp4"},        {".m4v", "video/mp4"},       {".mov", "video/quicktime"},
        {".webm", "video/webm"},      {".mpg", "video/mpeg"},      {".mpeg", "video/mpeg"},
        {".mkv", "video/x-matroska"}, {".avi", "video/x-msvideo"}, {".ogv", "video/ogg"},
    };
    const std::string extension = lowerCase(std::filesystem::path(videoName).extension().string());
    for (const auto& [known, type] : kTypes) {
        if (extension == known) {
            return type;
        }
    }
    return "unknown";  // as ELAN writes it
}

// Whether the language can be an XML identifier, as the schema wants it; every well-formed BCP 47 tag can.
bool isIdentifier(std::string_view language) {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !language.empty() && isLetter(language[0]) && std::all_of(language.begin(), language.end(), [&](char c) {
        return isLetter(c) || isNumber({&c, 1}) || c == '-';
    });
}

// For each cue (ordered by start) the first tier, from zero, whose cues have all ended by then.
std::vector<std::size_t> assignTiers(const std::vector<Cue>& cues) {
    using Busy = std::pair<MediaTime, std::size_t>;  // until then, that tier
    std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
    std::set<std::size_t> free;
    std::vector<std::size_t> tiers;
    for (const Cue& cue : cues) {
        for (; !busy.empty() && busy.top().first <= cue.start; busy.pop()) {
            free.insert(busy.top().second);
        }
        const std::size_t tier = free.empty() ? busy.size() : *free.begin();
        free.erase(tier);
        busy.emplace(cue.end, tier);
        tiers.push_back(tier);
    }
    return tiers;
}

// Adds a time slot for each start and end in the order of time; returns the slots' names, two for each cue.
std::vector<std::string> appendTimeOrder(pugi::xml_node root, const std::vector<Cue>& cues) {
    std::vector<std::pair<MediaTime, std::size_t>> times;
    for (std::size_t i = 0; i < cues.size(); ++i) {
        times.emplace_back(cues[i].start, 2 * i);
        times.emplace_back(cues[i].end, 2 * i + 1);
    }
    std::stable_sort(times.begin(), times.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> names(times.size());
    newLine(root, 1);
    pugi::xml_node order = root.append_child("TIME_ORDER");
    for (std::size_t i = 0; i < times.size(); ++i) {
        names[times[i].second] = fmt::format("ts{}", i + 1);
        newLine(order, 2);
        pugi::xml_node slot = order.append_child("TIME_SLOT");
        slot.append_attribute("TIME_SLOT_ID") = names[times[i].second].c_str();
        slot.append_attribute("TIME_VALUE") = static_cast<long long>(times[i].first / std::chrono::milliseconds(1));
    }
    newLine(order, 1);
    return names;
}

// A file's name as part of a URI (RFC 3986): UTF-8 with what is neither letter, digit nor one of "-._~" as "%20".
std::string escapedUri(std::string_view name) {
    std::string uri;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isNumber({&c, 1}) ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return uri;
}

// The name that a URI ends with. ELAN writes relative URLs without escapes, so a name with a space or "#", or with "%"
// that starts no escape, is taken as it is.
std::string nameInUri(std::string_view uri) {
    const std::string_view name = uri.substr(uri.find_last_of("/\\") + 1);
    if (name.find_first_of(" #") != std::string_view::npos) {
        return std::string(name);
    }
    std::string result;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '%') {
            result += name[i];
            continue;
        }
        unsigned value = 0;
        const char* digits = name.data() + i + 1;
        if (i + 2 >= name.size() || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2) {
            return std::string(name);
        }
        result += static_cast<char>(value);
        i += 2;
    }
    return result;
}

std::string escapedPath(const std::filesystem::path& path) {
    std::string uri;
    for (const auto& part : path) {
        const bool isRoot = part == "/";
        uri += uri.empty() || uri.ends_with('/') || isRoot ? "" : "/";
        uri += isRoot ? "/" : escapedUri(part.string());
    }
    return uri;
}

// Relative to the file's folder, as ELAN looks for it first.
std::string relativeUri(const SubtitleContext& context) {
    const auto relative = context.video.lexically_relative(context.file.parent_path());
    const std::string uri = escapedPath(relative);
    return uri.starts_with("../") ? uri : "./" + uri;
}

void appendHeader(pugi::xml_node root, const std::string& videoName, const SubtitleContext& context) {
    newLine(root, 1);
    pugi::xml_node header = root.append_child("HEADER");
    header.append_attribute("MEDIA_FILE") = "";
    header.append_attribute("TIME_UNITS") = "milliseconds";
    const bool isPlaced = !context.video.empty() && !context.file.empty();
    if (isPlaced || !videoName.empty()) {
        const std::string name = isPlaced ? context.video.filename().string() : videoName;
        newLine(header, 2);
        pugi::xml_node media = header.append_child("MEDIA_DESCRIPTOR");
        media.append_attribute("MEDIA_URL") =
            (isPlaced ? "file://" + escapedPath(context.video) : escapedUri(name)).c_str();
        media.append_attribute("MIME_TYPE") = mimeType(name).c_str();
        media.append_attribute("RELATIVE_MEDIA_URL") =
            (isPlaced ? relativeUri(context) : "./" + escapedUri(name)).c_str();
        newLine(header, 1);
    }
}

// Media time by the name of a time slot; slots without a time are left out.
std::map<std::string_view, MediaTime> readTimeSlots(const pugi::xml_node& root) {
    std::map<std::string_view, MediaTime> slots;
    for (const pugi::xml_node& slot : root.child("TIME_ORDER").children("TIME_SLOT")) {
        const std::string_view value = slot.attribute("TIME_VALUE").value();
        if (isNumber(value) && value.size() < kMaxTimeDigits) {
            slots[slot.attribute("TIME_SLOT_ID").value()] =
                std::chrono::milliseconds(slot.attribute("TIME_VALUE").as_llong());
        }
    }
    return slots;
}

bool isOurs(const pugi::xml_node& tier) {
    const std::string_view name = tier.attribute("TIER_ID").value();
    return name == kTier || (name.starts_with(kTier) && name.substr(kTier.size()).starts_with(' ') &&
                             isNumber(name.substr(kTier.size() + 1)));
}

using Annotations = std::map<std::string_view, pugi::xml_node>;  // by their ID

Annotations annotationsOf(const pugi::xml_node& root) {
    Annotations annotations;
    for (const pugi::xml_node& tier : root.children("TIER")) {
        for (const pugi::xml_node& holder : tier.children("ANNOTATION")) {
            for (const pugi::xml_node& annotation : holder.children()) {
                annotations.emplace(annotation.attribute("ANNOTATION_ID").value(), annotation);
            }
        }
    }
    return annotations;
}

// The annotation with times that this one is or refers to, through any number of others; null when there is none.
pugi::xml_node alignedOf(pugi::xml_node annotation, const Annotations& annotations) {
    for (std::size_t steps = 0; annotation.name() == std::string_view("REF_ANNOTATION"); ++steps) {
        const auto referred = annotations.find(annotation.attribute("ANNOTATION_REF").value());
        if (referred == annotations.end() || steps > kMaxReferences) {
            return {};
        }
        annotation = referred->second;
    }
    return annotation;
}

std::size_t lettersIn(const pugi::xml_node& tier) {
    std::size_t letters = 0;
    for (const pugi::xml_node& holder : tier.children("ANNOTATION")) {
        for (const pugi::xml_node& annotation : holder.children()) {
            letters += std::string_view(annotation.child("ANNOTATION_VALUE").text().get()).size();
        }
    }
    return letters;
}

// Whether its annotations have no times of their own.
bool onlyRefers(const pugi::xml_node& tier) {
    const auto holders = tier.children("ANNOTATION");
    return holders.begin() != holders.end() &&
           std::all_of(holders.begin(), holders.end(),
                       [](const pugi::xml_node& holder) { return holder.child("REF_ANNOTATION"); });
}

// The tiers to read; `told` gets a warning where tiers that refer to others were a choice.
std::vector<pugi::xml_node> chooseTiers(const pugi::xml_node& root, std::string& told) {
    std::vector<pugi::xml_node> ours;
    std::vector<pugi::xml_node> independent;
    pugi::xml_node referring;  // the one with most text
    std::size_t most = 0;      // letters of an independent tier
    std::size_t referred = 0;  // letters of the one that refers
    for (const pugi::xml_node& tier : root.children("TIER")) {
        if (isOurs(tier)) {
            ours.push_back(tier);
        }
        if (!tier.attribute("PARENT_REF")) {
            independent.push_back(tier);
            most = std::max(most, lettersIn(tier));
        } else if (const std::size_t letters = lettersIn(tier); letters > referred && onlyRefers(tier)) {
            referring = tier;
            referred = letters;
        }
    }
    if (!ours.empty()) {
        return ours;
    }
    if (referred == 0) {
        return independent;
    }
    const bool reads = referred > most;
    told = fmt::format(
        "The file has tiers that refer to others; {} the tier \"{}\". To read another, name it \"{}\" in "
        "ELAN.",
        reads ? "the captions are those of" : "not read was", referring.attribute("TIER_ID").value(), kTier);
    return reads ? std::vector{referring} : independent;
}

// Gives slots without a time one: annotations of a tier that follow each other between two times share the range in
// equal parts, as ELAN shows them.
void spreadUnaligned(const pugi::xml_node& tier, std::map<std::string_view, MediaTime>& slots) {
    std::map<std::string_view, std::string_view> next;  // end of the annotation that starts there
    for (const pugi::xml_node& holder : tier.children("ANNOTATION")) {
        const pugi::xml_node annotation = holder.child("ALIGNABLE_ANNOTATION");
        next.emplace(annotation.attribute("TIME_SLOT_REF1").value(), annotation.attribute("TIME_SLOT_REF2").value());
    }
    std::set<std::string_view> seen;  // slots without a time that were passed: each chain is followed once
    for (const auto& [from, following] : next) {
        std::vector<std::string_view> between;
        std::string_view to = following;
        while (slots.contains(from) && !slots.contains(to) && next.contains(to) && seen.insert(to).second) {
            between.push_back(to);
            to = next.at(to);
        }
        if (between.empty() || !slots.contains(to)) {
            continue;
        }
        const MediaTime start = slots.at(from);
        const auto parts = static_cast<std::int64_t>(between.size() + 1);
        for (std::size_t i = 0; i < between.size(); ++i) {
            slots[between[i]] = start + (slots.at(to) - start) / parts * static_cast<std::int64_t>(i + 1);
        }
    }
}

void readTier(const pugi::xml_node& tier, const std::map<std::string_view, MediaTime>& slots,
              const Annotations& annotations, const LineNumbers& lines, SubtitleReading& reading) {
    for (const pugi::xml_node& holder : tier.children("ANNOTATION")) {
        const pugi::xml_node reference = holder.child("REF_ANNOTATION");
        const pugi::xml_node annotation = reference ? reference : holder.child("ALIGNABLE_ANNOTATION");
        if (!annotation) {
            continue;
        }
        const pugi::xml_node aligned = alignedOf(annotation, annotations);
        const auto start = slots.find(aligned.attribute("TIME_SLOT_REF1").value());
        const auto end = slots.find(aligned.attribute("TIME_SLOT_REF2").value());
        const std::size_t line = lineOf(lines, annotation);
        if (start == slots.end() || end == slots.end()) {
            skipCue(reading, line, "has no start or no end in TIME_ORDER");
            continue;
        }
        addCue(reading,
               {.start = start->second,
                .end = end->second,
                .text = annotation.child("ANNOTATION_VALUE").text().get(),
                .origin = CueOrigin::Edited},
               line);
    }
}

}  // namespace

bool EafFormat::recognises(std::string_view utf8) const { return rootName(utf8) == kRoot; }

std::string EafFormat::encode(const CueTrack& track, const SubtitleContext& context) const {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child(std::string(kRoot).c_str());
    root.append_attribute("AUTHOR") = "";
    const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    root.append_attribute("DATE") = fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00", fmt::gmtime(now)).c_str();
    root.append_attribute("FORMAT") = "3.0";
    root.append_attribute("VERSION") = "3.0";
    root.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    root.append_attribute("xsi:noNamespaceSchemaLocation") = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd";
    appendHeader(root, track.videoName, context);
    const auto slots = appendTimeOrder(root, track.cues);
    const bool namesLanguage = isIdentifier(track.language);
    const auto tierOf = assignTiers(track.cues);
    // ELAN shows a file without any annotation by its empty tier.
    const std::size_t tiers = tierOf.empty() ? 1 : *std::max_element(tierOf.begin(), tierOf.end()) + 1;
    std::vector<pugi::xml_node> nodes;
    for (std::size_t i = 0; i < tiers; ++i) {
        newLine(root, 1);
        pugi::xml_node& tier = nodes.emplace_back(root.append_child("TIER"));
        tier.append_attribute("LINGUISTIC_TYPE_REF") = kType;
        tier.append_attribute("TIER_ID") = (i == 0 ? std::string(kTier) : fmt::format("{} {}", kTier, i + 1)).c_str();
        if (namesLanguage) {
            tier.append_attribute("LANG_REF") = track.language.c_str();
        }
    }
    for (std::size_t i = 0; i < track.cues.size(); ++i) {
        newLine(nodes[tierOf[i]], 2);
        pugi::xml_node annotation = nodes[tierOf[i]].append_child("ANNOTATION").append_child("ALIGNABLE_ANNOTATION");
        annotation.append_attribute("ANNOTATION_ID") = fmt::format("a{}", i + 1).c_str();
        annotation.append_attribute("TIME_SLOT_REF1") = slots[2 * i].c_str();
        annotation.append_attribute("TIME_SLOT_REF2") = slots[2 * i + 1].c_str();
        annotation.append_child("ANNOTATION_VALUE").text() = track.cues[i].text.c_str();
    }
    for (pugi::xml_node& tier : nodes) {
        newLine(tier, 1);
    }
    newLine(root, 1);
    pugi::xml_node type = root.append_child("LINGUISTIC_TYPE");
    type.append_attribute("GRAPHIC_REFERENCES") = "false";
    type.append_attribute("LINGUISTIC_TYPE_ID") = kType;
    type.append_attribute("TIME_ALIGNABLE") = "true";
    if (namesLanguage) {
        newLine(root, 1);
        pugi::xml_node language = root.append_child("LANGUAGE");
        language.append_attribute("LANG_ID") = track.language.c_str();
        language.append_attribute("LANG_LABEL") = track.language.c_str();
    }
    newLine(root, 0);
    return serialised(document);
}

Result<SubtitleReading> EafFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    pugi::xml_document document;
    if (auto parsed = parseXml(utf8, document); !parsed) {
        return tl::unexpected(std::move(parsed.error()));
    }
    const LineNumbers lines(utf8);
    const pugi::xml_node root = document.document_element();
    if (root.name() != kRoot) {
        return corrupt(lineOf(lines, root), fmt::format("starts a document of <{}>, not of <{}>", root.name(), kRoot),
                       "Choose an ELAN file.");
    }
    const pugi::xml_node header = root.child("HEADER");
    const std::string_view units = header.attribute("TIME_UNITS").as_string("milliseconds");
    if (units != "milliseconds") {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Its times are in {}, and only milliseconds can be read. Save it with ELAN 4 or later.",
                                units));
    }
    SubtitleReading reading;
    const pugi::xml_node media = header.child("MEDIA_DESCRIPTOR");
    const std::string_view relative = media.attribute("RELATIVE_MEDIA_URL").value();
    const std::string_view url = relative.empty() ? media.attribute("MEDIA_URL").value() : relative;
    reading.track.videoName = nameInUri(url);

    auto slots = readTimeSlots(root);
    // Where in the video the annotations' time starts, as set by ELAN's media synchronisation.
    const std::string_view origin = media.attribute("TIME_ORIGIN").value();
    if (isNumber(origin) && origin.size() < kMaxTimeDigits) {
        for (auto& [name, time] : slots) {
            time += std::chrono::milliseconds(media.attribute("TIME_ORIGIN").as_llong());
        }
    }
    for (const pugi::xml_node& tier : root.children("TIER")) {
        spreadUnaligned(tier, slots);
    }
    const Annotations annotations = annotationsOf(root);
    std::string told;
    for (const pugi::xml_node& tier : chooseTiers(root, told)) {
        readTier(tier, slots, annotations, lines, reading);
        if (const pugi::xml_attribute language = tier.attribute("LANG_REF")) {
            reading.track.language = language.value();
        }
    }
    if (!told.empty()) {
        warn(reading, 0, std::move(told));
    }
    return reading;
}

}  // namespace sightline
