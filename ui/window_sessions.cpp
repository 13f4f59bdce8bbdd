#include "ui/window_sessions.h"

#include <algorithm>

#include <QDir>
#include <QFile>
#include <QSettings>
#include <QUuid>

#include "ui/process_lock.h"

namespace sightline {
namespace {

constexpr const char* kWork = ".ini";
constexpr const char* kLock = ".lock";
constexpr const char* kWish = ".front";  // an empty file: that window is to come to the front

bool isNothing(const OpenWork& work) { return work.file.isEmpty() && work.recording.isEmpty(); }

}  // namespace

WindowSessions::WindowSessions(const QString& folder, QObject* parent)
    : QObject(parent), folder_(folder), id_(QUuid::createUuid().toString(QUuid::WithoutBraces)) {
    if (folder_.isEmpty() || !QDir().mkpath(folder_)) {
        return;
    }
    lock_ = lockOfProcess(path(id_, kLock));
    if (!lock_) {
        return;
    }
    watcher_.addPath(folder_);
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, &WindowSessions::lookForWish);
}

WindowSessions::~WindowSessions() {
    if (lock_) {
        QFile::remove(path(id_, kWork));
        QFile::remove(path(id_, kWish));
    }
}

QString WindowSessions::path(const QString& id, const char* ending) const {
    return QDir(folder_).filePath(id + QLatin1String(ending));
}

void WindowSessions::keep(const OpenWork& work) {
    if (!lock_ || work == kept_) {
        return;
    }
    kept_ = work;
    if (isNothing(work)) {
        QFile::remove(path(id_, kWork));
        return;
    }
    QSettings settings(path(id_, kWork), QSettings::IniFormat);
    settings.setValue("title", work.title);
    settings.setValue("file", work.file);
    settings.setValue("project", work.project);
    settings.setValue("position", static_cast<qlonglong>(work.position.count()));
    settings.setValue("unsaved", work.unsaved);
    settings.setValue("since", work.since);
    settings.setValue("recording", work.recording);
    settings.sync();
}

OpenWork WindowSessions::read(const QString& id) const {
    const QSettings settings(path(id, kWork), QSettings::IniFormat);
    return {settings.value("title").toString(),     settings.value("file").toString(),
            settings.value("project").toString(),   MediaTime(settings.value("position").toLongLong()),
            settings.value("unsaved").toBool(),     settings.value("since").toDateTime(),
            settings.value("recording").toString(), id};
}

QStringList WindowSessions::others() const {
    QStringList ids;
    if (lock_) {
        for (const QString& name : QDir(folder_).entryList({QStringLiteral("*.ini")}, QDir::Files, QDir::Time)) {
            const QString id = name.chopped(static_cast<qsizetype>(std::char_traits<char>::length(kWork)));
            if (id != id_) {
                ids.prepend(id);
            }
        }
    }
    return ids;
}

std::vector<OpenWork> WindowSessions::takeLeftBehind() {
    std::vector<OpenWork> left;
    for (const QString& id : others()) {
        if (const auto lock = lockOfProcess(path(id, kLock))) {  // its process is gone
            left.push_back(read(id));
            QFile::remove(path(id, kWork));
            QFile::remove(path(id, kWish));
        }
    }
    std::erase_if(left, isNothing);
    if (!lock_) {
        return left;
    }
    // Windows that ended with nothing open leave only that.
    for (const QString& name : QDir(folder_).entryList({QLatin1Char('*') + QLatin1String(kLock)}, QDir::Files)) {
        lockOfProcess(QDir(folder_).filePath(name));  // goes again at once, with the file
    }
    return left;
}

std::optional<OpenWork> WindowSessions::holderOf(const QString& project) const {
    for (const QString& id : others()) {
        const OpenWork work = read(id);
        if (work.project == project && !lockOfProcess(path(id, kLock))) {
            return work;
        }
    }
    return std::nullopt;
}

void WindowSessions::bringToFront(const OpenWork& holder) {
    QFile wish(path(holder.id, kWish));
    if (wish.open(QIODevice::WriteOnly)) {
        wish.close();
    }
}

void WindowSessions::lookForWish() {
    if (QFile::remove(path(id_, kWish))) {
        emit frontWanted();
    }
}

}  // namespace sightline
