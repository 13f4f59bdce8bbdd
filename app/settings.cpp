#include "app/settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>
#include <utility>

#include <QSettings>

#include "app/model_file.h"
#include "core/base/logging.h"
#include "core/inference/picture_views.h"
#include "ui/live/feed_token_store.h"

namespace sightline {
namespace {

constexpr int kDefaultThreads = 2;  // what the model is sized for; more rarely help a network this small

const QString kOwner = QStringLiteral("Sightline");  // of the settings file: organization and program

constexpr std::array kLogLevels{"trace", "debug", "info", "warn", "error", "off"};

const std::array kTable{
    Setting{"model", "--model", &Settings::model, 0, 0, "Model: base, which is shipped, or a bundle file"},
    Setting{"threads", "--threads", &Settings::threads, 1, 256, "CPU threads of inference"},
    Setting{"interOp", "--interop", &Settings::interOp, 0, 256,
            "Threads for independent branches of the model; 0 is LibTorch's default"},
    Setting{"beams", "--beam", &Settings::beams, 0, 16,
            "Beams of the caption search; 1 is greedy, 0 the model's own default"},
    Setting{"views", "--views", &Settings::views, 0, kMostViews,
            "Ways to look at each picture, of which the surest caption is taken: as many times slower; 0 is the "
            "command's own default"},
    Setting{"snapshotInterval", "--snapshot-interval", &Settings::snapshotInterval, 100, 3'600'000,
            "Milliseconds between two pictures of an http address that gives single ones, as snapshot cameras do"},
    Setting{"logLevel", "--log-level", &Settings::logLevel, 0, 0, "Least severity that is logged", kLogLevels},
};

}  // namespace

Settings::Settings() : threads(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kDefaultThreads)) {}

std::span<const Setting> settingsTable() { return kTable; }

bool threadsAreUnset() { return !QSettings(kOwner, kOwner).contains(QStringLiteral("threads")); }

Result<std::string> feedToken() {
    QSettings file(kOwner, kOwner);
    return storedFeedToken(file);
}

void storeSetting(const char* key, int value) { QSettings(kOwner, kOwner).setValue(QString::fromUtf8(key), value); }

void storeSetting(const char* key, const std::string& value) {
    QSettings(kOwner, kOwner).setValue(QString::fromUtf8(key), QString::fromStdString(value));
}

Settings readSettings() {
    Settings settings;
    const QSettings file(kOwner, kOwner);
    for (const Setting& setting : kTable) {
        const QVariant stored = file.value(QString::fromUtf8(setting.key));
        if (!stored.isValid()) {
            continue;
        }
        if (const auto* number = std::get_if<int Settings::*>(&setting.value)) {
            bool isNumber = false;
            const int value = stored.toInt(&isNumber);
            if (isNumber && value >= setting.least && value <= setting.most) {
                settings.** number = value;
            } else {
                logger("app")->warn("setting {} = {} is ignored: expected {} to {}", setting.key,
                                    stored.toString().toStdString(), setting.least, setting.most);
            }
        } else {
            settings.*std::get<std::string Settings::*>(setting.value) = stored.toString().toStdString();
        }
    }
    // A bundle that was moved, or one that an earlier version shipped.
    if (std::error_code status;
        !settings.model.empty() && !std::filesystem::exists(modelFile(settings.model), status)) {
        logger("app")->warn("setting model = {} is ignored: there is no such file", settings.model);
        settings.missingModel = std::exchange(settings.model, {});
    }
    return settings;
}

}  // namespace sightline
