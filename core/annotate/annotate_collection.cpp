#include "core/annotate/annotate_collection.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/annotate/former_file.h"
#include "core/annotate/output_file.h"
#include "core/base/atomic_file.h"
#include "core/base/sha256.h"

namespace sightline {
namespace {

constexpr const char* kRecordExtension = ".sightline-record";
constexpr std::array kKinds{
    CollectionKind{"activitynet", "activitynet.json", ActivityNetShape::Captions},
    CollectionKind{"activitynet-results", "activitynet-results.json", ActivityNetShape::Results},
};

}  // namespace

std::span<const CollectionKind> collectionKinds() { return kKinds; }

const CollectionKind* findCollectionKind(std::string_view name) {
    const auto found = std::ranges::find(kKinds, name, &CollectionKind::name);
    return found == kKinds.end() ? nullptr : &*found;
}

// Of the file's last writing. A run may end between the record and the file, so it names the content before as well.
struct AnnotateCollection::Record {
    std::vector<std::string> digests;
    std::map<std::string, std::string> ids;  // by the name of the video's outputs

    std::string text() const {
        const nlohmann::ordered_json json{
            {"format", "sightline-record"}, {"version", 1}, {"sha256", digests}, {"ids", ids}};
        return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    }
    bool isTaken(const std::string& id, const std::string& name) const {
        return std::ranges::any_of(ids, [&](const auto& one) { return one.second == id && one.first != name; });
    }
};

AnnotateCollection::Record AnnotateCollection::readRecord(const std::filesystem::path& path) const {
    Record record;
    const auto bytes = contentOf(path);
    const auto json = nlohmann::json::parse(bytes.value_or(""), nullptr, false);
    try {
        record.digests = json.at("sha256").get<std::vector<std::string>>();
        record.ids = json.at("ids").get<std::map<std::string, std::string>>();
    } catch (const nlohmann::json::exception&) {  // none, or a damaged one: the file is not known for ours
        record = {};
    }
    return record;
}

void AnnotateCollection::add(const AnnotateJob& job, CueTrack track) {
    std::string name = job.output.lexically_relative(folder_).generic_string();
    if (name.empty()) {
        name = job.output.filename().string();
    }
    const std::lock_guard lock(mutex_);
    videos_[name] = {activityNetId(job.input), std::move(track)};
}

void AnnotateCollection::write(OutputOutcome& outcome) {
    const std::lock_guard lock(mutex_);
    if (videos_.empty()) {
        return;
    }
    const auto path = folder_ / kind_.fileName;
    const std::filesystem::path recordPath = path.string() + kRecordExtension;
    Record record = readRecord(recordPath);
    const auto bytes = contentOf(path);
    const std::string digest = bytes ? Sha256::hexOf(*bytes) : std::string();
    const auto known = std::ranges::find(record.digests, digest);
    // One that was changed is still of this program: of its other videos nothing is to get lost.
    ActivityNetDocument document(kind_.shape);
    if (bytes && !record.digests.empty()) {
        if (auto former = ActivityNetDocument::parse(*bytes, kind_.shape)) {
            document = std::move(*former);
        }
    }
    std::map<std::string, int> users;
    for (const auto& [name, video] : videos_) {
        ++users[video.id];
    }
    for (const auto& [name, video] : videos_) {
        if (!record.ids.contains(name)) {
            const bool isShared = users[video.id] > 1 || record.isTaken(video.id, name);
            record.ids[name] = isShared ? name : video.id;
        }
        const std::string& id = record.ids.at(name);
        if (existing_ != Existing::Skip || !document.has(id)) {
            document.set(id, video.track);
        }
    }
    const std::string fresh = document.write();
    const std::string freshDigest = Sha256::hexOf(fresh);
    const std::string written = known != record.digests.end() ? *known
                                : record.digests.empty()      ? std::string()
                                                              : record.digests.front();
    const OutputFacts facts{.isThere = isTaken(path),
                            .isReadable = bytes.has_value(),
                            .digest = digest,
                            .written = written,
                            .takenOver = {},
                            .fresh = freshDigest};
    // What is skipped are the videos in the file, not the file.
    const Existing existing = existing_ == Existing::Skip ? Existing::KeepEdited : existing_;
    record.digests = {freshDigest};
    if (bytes && digest != freshDigest) {
        record.digests.push_back(digest);
    }
    const auto writeBoth = [&]() -> Result<void> {
        if (auto noted = writeFileAtomically(recordPath, record.text()); !noted) {
            return noted;
        }
        return writeFileAtomically(path, fresh);
    };
    OutputWriting writing = writeOutput(path, facts, existing, writeBoth, [&] { return std::optional(freshDigest); });
    if (writing.former) {
        outcome.former.push_back(std::move(*writing.former));
    }
    if (writing.failed) {
        outcome.failed.push_back(std::move(*writing.failed));
    } else if (writing.action == OutputAction::LeaveAlone) {
        outcome.leftAlone.push_back(reasonToLeave(path, ownerOf(facts)));
    } else if (writing.action != OutputAction::Keep) {
        outcome.written.push_back(path);
    }
}

}  // namespace sightline
