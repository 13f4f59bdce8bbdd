#include "app/model_trust.h"

#include <mutex>
#include <set>
#include <string>

#include <fmt/format.h>
#include <QSettings>
#include <QStringList>

#include "core/base/logging.h"
#include "core/inference/bundle.h"
#include "core/inference/bundle_check.h"

namespace sightline {
namespace {

const QString kOwner = QStringLiteral("Sightline");  // of the settings file: organization and program
const QString kTrusted = QStringLiteral("trustedModels");

// Of this run, by digest.
struct Trust {
    std::mutex mutex;             // of `said`
    std::set<std::string> said;   // the user trusts them
    std::mutex trying;            // one model after the other; also of `tried`
    std::set<std::string> tried;  // where the settings file cannot be written
};

Trust& trust() {
    static Trust all;
    return all;
}

bool isStored(const std::string& digest) {
    return QSettings(kOwner, kOwner).value(kTrusted).toStringList().contains(QString::fromStdString(digest));
}

void store(const std::string& digest) {
    QSettings file(kOwner, kOwner);
    QStringList all = file.value(kTrusted).toStringList();
    all.append(QString::fromStdString(digest));
    file.setValue(kTrusted, all);
}

bool isSaid(const std::string& digest) {
    const std::lock_guard lock(trust().mutex);
    return trust().said.contains(digest);
}

}  // namespace

bool needsTrust(const std::filesystem::path& model) {
    const auto identity = identifyBundle(model);
    return identity && identity->origin != BundleOrigin::Verified && !isSaid(identity->digest) &&
           !isStored(identity->digest);
}

void trustModel(const std::filesystem::path& model) {
    if (const auto identity = identifyBundle(model)) {
        const std::lock_guard lock(trust().mutex);
        trust().said.insert(identity->digest);
    }
}

Result<void> admitModel(const std::filesystem::path& model) {
    const auto identity = identifyBundle(model);
    if (!identity) {
        return tl::unexpected(identity.error());
    }
    const std::string& digest = identity->digest;
    if (identity->origin == BundleOrigin::Verified || isStored(digest)) {
        return {};
    }
    if (!isSaid(digest)) {
        return fail(ErrorCode::Model,
                    fmt::format("The model {} did not come with this release of Sightline, and a model holds program "
                                "code that runs with your rights. If you trust those who made it, add --trust-model, "
                                "which is needed once, or choose it in the window's Model menu.",
                                model.string()));
    }
    const std::lock_guard lock(trust().trying);
    if (trust().tried.contains(digest) || isStored(digest)) {
        return {};
    }
    logger("app")->info("{} is tried in a process of its own first", model.string());
    auto checked = checkBundle("/proc/self/exe", model, limitsOf(model));
    if (checked) {
        trust().tried.insert(digest);
        store(digest);
    }
    return checked;
}

}  // namespace sightline
