// What each running window has open, on disk, so that the next start can offer it after a crash and another window
// can tell who has a project.
#pragma once

#include <optional>
#include <vector>

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QLockFile>
#include <QString>

#include "core/base/clock.h"

namespace sightline {

struct OpenWork {
    QString title;    // of the window
    QString file;     // to open again: a video, or a project that has a name
    QString project;  // where its captions are; empty without any
    MediaTime position{};
    bool unsaved = false;  // edits
    QDateTime since;       // it was opened
    QString recording;     // that is being written; empty without any
    QString id;            // of the window; set here

    bool operator==(const OpenWork&) const = default;
};

// UI thread only. A window's file is locked while its process lives and goes when it ends in order.
class WindowSessions final : public QObject {
    Q_OBJECT

public:
    // An empty `folder` keeps and finds nothing.
    explicit WindowSessions(const QString& folder, QObject* parent = nullptr);
    ~WindowSessions() override;

    void keep(const OpenWork& work);  // in place of what was kept; without a file and a recording: nothing is open

    // What windows had open that ended without closing, the latest last; forgotten by this.
    std::vector<OpenWork> takeLeftBehind();
    // The other living window that has `project` open.
    std::optional<OpenWork> holderOf(const QString& project) const;
    void bringToFront(const OpenWork& holder);

signals:
    void frontWanted();  // by another window

private:
    QString path(const QString& id, const char* ending) const;
    OpenWork read(const QString& id) const;
    QStringList others() const;
    void lookForWish();

    const QString folder_;
    const QString id_;
    std::unique_ptr<QLockFile> lock_;  // null: keeps nothing
    OpenWork kept_;
    QFileSystemWatcher watcher_;
};

}  // namespace sightline
