// Sources that were watched lately, and those that got a name.
#pragma once

#include <memory>

#include <QList>
#include <QSettings>
#include <QString>
#include <QStringList>

namespace sightline {

struct NamedSource {
    QString name;
    QString address;
};

// UI thread only. Kept in the settings, where there are any; addresses that may hold a password are not, since they do
// not belong into a settings file.
class RememberedSources {
public:
    static constexpr int kMostRecent = 8;

    explicit RememberedSources(std::shared_ptr<QSettings> settings);

    const QStringList& recent() const { return recent_; }  // newest first
    const QList<NamedSource>& named() const { return named_; }
    QString nameOf(const QString& address) const;  // empty without one

    void used(const QString& address);
    void clearRecent();
    // An empty name takes it away.
    void name(const QString& address, const QString& name);

    // What the settings keep; named sources stay.
    static void forget(QSettings& settings);
    static bool mayBeKept(const QString& address);

private:
    void keep();

    const std::shared_ptr<QSettings> settings_;
    QStringList recent_;
    QList<NamedSource> named_;
};

}  // namespace sightline
