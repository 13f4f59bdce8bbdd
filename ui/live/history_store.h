// The captions of a live session with their pictures, on the disk: memory stays the same however long it lasts.
#pragma once

#include <mutex>
#include <vector>

#include <QDateTime>
#include <QImage>
#include <QTemporaryFile>

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

// Any thread. Its files have no names: nothing of them is left when the program ends, however it does.
class HistoryStore {
public:
    static constexpr QSize kPicture{640, 360};

    // The folder is made where it is missing; where it cannot be written to, the system's folder for temporary files
    // serves.
    explicit HistoryStore(const QString& folder);

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

    bool open();
    std::vector<Record> records(int first, int count) const;
    void putRecord(int row, const Record& record);
    bool hasRoomForPictures();

    const QString folder_;  // immutable

    // guarded by mutex_
    mutable std::mutex mutex_;
    mutable QTemporaryFile records_;
    mutable QTemporaryFile texts_;
    mutable QTemporaryFile pictures_;
    int count_ = 0;
    SteadyTime bigPicture_{};  // start of the last entry whose picture has its full size
    bool roomy_ = true;
};

}  // namespace sightline
