// The captions of a live session with their pictures, on the disk: memory stays the same however long it lasts.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <QDateTime>
#include <QFile>
#include <QImage>
#include <QLockFile>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace sightline {

struct HistoryEntry {
    QDateTime time;      // of the picture, for people
    SteadyTime start{};  // the same on the clock that does not jump
    SteadyTime end{};    // when it ceased to be shown; the epoch while that is not known
    QString caption;
    double confidence = 0.0;
};

// Any thread. In a folder of its own, which stays when the program ends, however it does, unless everything of it was
// written elsewhere or it was given up. Where the folder cannot be written to, or none is named, files without names in
// the system's folder for temporary files serve, of which nothing is left.
class HistoryStore {
public:
    static constexpr QSize kPicture{640, 360};

    // `folder` is that of all sessions, and made where it is missing.
    explicit HistoryStore(const QString& folder);
    ~HistoryStore();

    // The session of a program that is gone that ended last; null without any. Its entries come onto this start's
    // clock. Of earlier ones a few are kept, for the starts after this.
    static std::shared_ptr<HistoryStore> leftBehind(const QString& folder);
    // Nothing of it is to stay when the program ends; until something is added.
    void letGo();

    // The one before ends where this one starts, unless endLast() said so before. A null picture leaves its place
    // empty, and so do pictures where the disk is nearly full. Error: Io, and the entry is left out.
    Result<void> add(const HistoryEntry& entry, const QImage& picture);
    void endLast(SteadyTime end);

    int count() const;
    // Of rows that there are not, empty ones.
    HistoryEntry entry(int row) const;
    QImage picture(int row) const;
    // The rows whose caption holds the words in any case, from `first` on.
    std::vector<int> find(const QString& words, int first = 0) const;

private:
    struct Record;

    HistoryStore(const QString& folder, const QString& session);

    bool open();
    bool openNamed(const QString& session);
    bool openNameless();
    void comeOntoThisClock();
    std::vector<Record> records(int first, int count) const;
    void putRecord(int row, const Record& record);
    bool hasRoomForPictures();

    const QString folder_;  // immutable

    // guarded by mutex_
    mutable std::mutex mutex_;
    QString session_;                  // folder of the files; empty where they have no names
    std::unique_ptr<QLockFile> lock_;  // of that folder, while the program lives
    std::unique_ptr<QFile> records_;   // null before the first entry
    std::unique_ptr<QFile> texts_;
    std::unique_ptr<QFile> pictures_;
    bool stays_ = false;  // there is something that is nowhere else
    int count_ = 0;
    SteadyTime bigPicture_{};  // start of the last entry whose picture has its full size
    bool roomy_ = true;
};

}  // namespace sightline
