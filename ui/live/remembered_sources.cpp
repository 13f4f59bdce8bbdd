#include "ui/live/remembered_sources.h"

#include <algorithm>

#include "ui/window_settings.h"

#include "core/base/secrets.h"

namespace sightline {

RememberedSources::RememberedSources(std::shared_ptr<QSettings> settings) : settings_(std::move(settings)) {
    if (!settings_) {
        return;
    }
    recent_ = settings_->value("live/recent").toStringList().mid(0, kMostRecent);
    const int count = settings_->beginReadArray("live/named");
    for (int i = 0; i < count; ++i) {
        settings_->setArrayIndex(i);
        named_.append({settings_->value("name").toString(), settings_->value("address").toString()});
    }
    settings_->endArray();
}

void RememberedSources::forget(QSettings& settings) {
    settings.remove("live/recent");
    settings.remove("live/source");
}

QString RememberedSources::nameOf(const QString& address) const {
    const auto known = std::ranges::find(named_, address, &NamedSource::address);
    return known == named_.end() ? QString() : known->name;
}

void RememberedSources::used(const QString& address) {
    recent_.removeAll(address);
    recent_.prepend(address);
    recent_ = recent_.mid(0, kMostRecent);
    keep();
}

void RememberedSources::clearRecent() {
    recent_.clear();
    keep();
}

void RememberedSources::name(const QString& address, const QString& name) {
    named_.removeIf([&](const NamedSource& source) { return source.address == address; });
    if (!name.isEmpty()) {
        named_.append({name, address});
    }
    keep();
}

void RememberedSources::keep() {
    if (!settings_) {
        return;
    }
    QStringList kept;
    if (remembersOpened()) {
        std::ranges::copy_if(recent_, std::back_inserter(kept), mayBeKept);
    }
    settings_->setValue("live/recent", kept);
    settings_->remove("live/named");
    settings_->beginWriteArray("live/named");
    int i = 0;
    for (const NamedSource& source : named_) {
        if (mayBeKept(source.address)) {
            settings_->setArrayIndex(i++);
            settings_->setValue("name", source.name);
            settings_->setValue("address", source.address);
        }
    }
    settings_->endArray();
}

bool RememberedSources::mayBeKept(const QString& address) {
    return withoutSecrets(address.toStdString()) == address.toStdString();
}

}  // namespace sightline
