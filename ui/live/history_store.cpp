#include "ui/live/history_store.h"

#include <algorithm>
#include <cstring>

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QStorageInfo>
#include <QTemporaryFile>

#include "ui/process_lock.h"

namespace sightline {
namespace {

constexpr int kQuality = 80;
// Captions that follow one another faster get small pictures, so that a day of them fits on any disk.
constexpr auto kBigEvery = std::chrono::seconds(1);
constexpr QSize kSmallPicture{192, 108};
constexpr qint64 kLeastFree = 500'000'000;         // bytes; pictures leave them to other programs
constexpr int kLookEvery = 32;                     // entries between two looks at the room left
const QString kSession = QStringLiteral("live-");  // begins the name of a session's folder
constexpr int kMostSessions = 3;                   // of programs that are gone, which are kept
constexpr auto kLastStands = std::chrono::seconds(1);
constexpr int kBlock = 1024;  // records read at once

std::int64_t ticks(SteadyTime time) { return time.time_since_epoch().count(); }
SteadyTime steady(std::int64_t ticks) { return SteadyTime(SteadyTime::duration(ticks)); }

QByteArray compressed(const QImage& picture, QSize room) {
    if (picture.isNull()) {
        return {};
    }
    const bool tooBig = picture.width() > room.width() || picture.height() > room.height();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    (tooBig ? picture.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation) : picture)
        .save(&buffer, "JPG", kQuality);
    return bytes;
}

bool append(QFile& file, const QByteArray& bytes) {
    return file.seek(file.size()) && file.write(bytes) == bytes.size() && file.flush();
}

QByteArray part(QFile& file, qint64 at, qint64 size) { return file.seek(at) ? file.read(size) : QByteArray(); }

}  // namespace

struct HistoryStore::Record {
    std::int64_t time = 0;  // milliseconds since 1970
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t textAt = 0;
    std::int64_t pictureAt = 0;
    std::int32_t textBytes = 0;
    std::int32_t pictureBytes = 0;
    double confidence = 0.0;
};

HistoryStore::HistoryStore(const QString& folder) : folder_(folder) {}

HistoryStore::HistoryStore(const QString& folder, const QString& session) : folder_(folder) {
    if (openNamed(session)) {
        count_ = static_cast<int>(records_->size() / static_cast<qint64>(sizeof(Record)));
        stays_ = count_ > 0;
    }
}

HistoryStore::~HistoryStore() {
    lock_.reset();
    if (!session_.isEmpty() && !stays_) {
        QDir(session_).removeRecursively();
    }
}

std::shared_ptr<HistoryStore> HistoryStore::leftBehind(const QString& folder) {
    std::shared_ptr<HistoryStore> latest;
    int found = 0;
    const auto sessions = folder.isEmpty()
                              ? QFileInfoList()
                              : QDir(folder).entryInfoList({kSession + QLatin1Char('*')}, QDir::Dirs, QDir::Name);
    for (auto session = sessions.rbegin(); session != sessions.rend(); ++session) {
        std::shared_ptr<HistoryStore> store(new HistoryStore(folder, session->filePath()));
        if (!store->lock_) {
            continue;  // of a program that is still there
        }
        if (++found > kMostSessions) {
            store->letGo();
        } else if (!latest && store->count() > 0) {
            latest = std::move(store);
        }
    }
    if (latest) {
        latest->comeOntoThisClock();
    }
    return latest;
}

void HistoryStore::letGo() {
    const std::lock_guard lock(mutex_);
    stays_ = false;
}

bool HistoryStore::open() {
    if (records_) {
        return true;
    }
    const QString name = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz-")) +
                         QString::number(QCoreApplication::applicationPid());
    return (!folder_.isEmpty() && openNamed(folder_ + QLatin1Char('/') + kSession + name)) || openNameless();
}

bool HistoryStore::openNamed(const QString& session) {
    if (!QDir().mkpath(session)) {
        return false;
    }
    auto lock = lockOfProcess(session + QStringLiteral("/lock"));
    if (!lock) {
        return false;
    }
    const auto file = [&](const char* name) {
        auto made = std::make_unique<QFile>(session + QLatin1Char('/') + QLatin1String(name));
        return made->open(QIODevice::ReadWrite) ? std::move(made) : nullptr;
    };
    auto records = file("records");
    auto texts = file("texts");
    auto pictures = file("pictures");
    if (!records || !texts || !pictures) {
        return false;
    }
    session_ = session;
    lock_ = std::move(lock);
    records_ = std::move(records);
    texts_ = std::move(texts);
    pictures_ = std::move(pictures);
    return true;
}

bool HistoryStore::openNameless() {
    for (auto* file : {&texts_, &pictures_, &records_}) {  // the last tells that there are all
        auto made = std::make_unique<QTemporaryFile>();
        if (!made->open()) {
            return false;
        }
        *file = std::move(made);
    }
    return true;
}

// Its times are those of another start, perhaps of another boot; what they were on people's clock says where they lie.
void HistoryStore::comeOntoThisClock() {
    auto all = records(0, count_);
    if (all.empty()) {
        return;
    }
    const auto ago = std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch() - all.back().time);
    const std::int64_t by = ticks(std::chrono::steady_clock::now() - ago) - all.back().start;
    for (Record& record : all) {
        record.start += by;
        record.end += record.end == 0 ? 0 : by;
    }
    if (all.back().end == 0) {
        all.back().end = all.back().start + SteadyTime::duration(kLastStands).count();
    }
    records_->seek(0);
    records_->write(reinterpret_cast<const char*>(all.data()), static_cast<qint64>(all.size() * sizeof(Record)));
    records_->flush();
}

std::vector<HistoryStore::Record> HistoryStore::records(int first, int count) const {
    if (first < 0 || first >= count_) {  // nor are there files before the first entry
        return {};
    }
    std::vector<Record> found(static_cast<std::size_t>(std::min(count, count_ - first)));
    const auto size = static_cast<qint64>(found.size() * sizeof(Record));
    const QByteArray bytes = part(*records_, static_cast<qint64>(first) * static_cast<qint64>(sizeof(Record)), size);
    if (bytes.size() != size) {
        return {};
    }
    std::memcpy(found.data(), bytes.constData(), static_cast<std::size_t>(size));
    return found;
}

void HistoryStore::putRecord(int row, const Record& record) {
    records_->seek(static_cast<qint64>(row) * static_cast<qint64>(sizeof(Record)));
    records_->write(reinterpret_cast<const char*>(&record), sizeof(Record));
    records_->flush();
}

bool HistoryStore::hasRoomForPictures() {
    if (count_ % kLookEvery == 0) {
        const QStorageInfo disk(session_.isEmpty() ? QDir::tempPath() : session_);
        roomy_ = !disk.isValid() || disk.bytesAvailable() > kLeastFree;
    }
    return roomy_;
}

Result<void> HistoryStore::add(const HistoryEntry& entry, const QImage& picture) {
    const std::lock_guard lock(mutex_);
    const Error full{ErrorCode::Io,
                     "The history of captions cannot be kept: the disk is full, or no file can be made "
                     "there. Free space on it.",
                     {}};
    if (!open()) {
        return tl::unexpected(full);
    }
    QByteArray pixels;
    if (hasRoomForPictures() && !picture.isNull()) {
        const bool big = count_ == 0 || entry.start - bigPicture_ >= kBigEvery;
        bigPicture_ = big ? entry.start : bigPicture_;
        pixels = compressed(picture, big ? kPicture : kSmallPicture);
    }
    const QByteArray text = entry.caption.toUtf8();
    Record record;
    record.time = entry.time.toMSecsSinceEpoch();
    record.start = ticks(entry.start);
    record.end = ticks(entry.end);
    record.textAt = texts_->size();
    record.textBytes = static_cast<std::int32_t>(text.size());
    record.pictureAt = pictures_->size();
    record.confidence = entry.confidence;
    if (append(*pictures_, pixels)) {
        record.pictureBytes = static_cast<std::int32_t>(pixels.size());
    } else {
        pictures_->resize(record.pictureAt);
    }
    if (!append(*texts_, text)) {
        texts_->resize(record.textAt);
        return tl::unexpected(full);
    }
    const qint64 before = static_cast<qint64>(count_) * static_cast<qint64>(sizeof(Record));
    if (!append(*records_, QByteArray(reinterpret_cast<const char*>(&record), sizeof(Record)))) {
        records_->resize(before);
        return tl::unexpected(full);
    }
    if (auto last = records(count_ - 1, 1); !last.empty() && last[0].end == 0) {
        last[0].end = record.start;
        putRecord(count_ - 1, last[0]);
    }
    ++count_;
    stays_ = true;
    return {};
}

void HistoryStore::endLast(SteadyTime end) {
    const std::lock_guard lock(mutex_);
    if (auto last = records(count_ - 1, 1); !last.empty() && last[0].end == 0) {
        last[0].end = ticks(end);
        putRecord(count_ - 1, last[0]);
    }
}

int HistoryStore::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

HistoryEntry HistoryStore::entry(int row) const {
    const std::lock_guard lock(mutex_);
    const auto found = records(row, 1);
    if (found.empty()) {
        return {};
    }
    const Record& record = found[0];
    return {QDateTime::fromMSecsSinceEpoch(record.time), steady(record.start), steady(record.end),
            QString::fromUtf8(part(*texts_, record.textAt, record.textBytes)), record.confidence};
}

QImage HistoryStore::picture(int row) const {
    const std::lock_guard lock(mutex_);
    const auto found = records(row, 1);
    if (found.empty() || found[0].pictureBytes == 0) {
        return {};
    }
    return QImage::fromData(part(*pictures_, found[0].pictureAt, found[0].pictureBytes));
}

std::vector<int> HistoryStore::find(const QString& words, int first) const {
    const std::lock_guard lock(mutex_);
    std::vector<int> rows;
    for (int begin = first; begin < count_; begin += kBlock) {
        const auto block = records(begin, kBlock);
        if (block.empty()) {
            break;
        }
        const std::int64_t textAt = block.front().textAt;
        const QByteArray texts = part(*texts_, textAt, block.back().textAt + block.back().textBytes - textAt);
        for (std::size_t i = 0; i < block.size(); ++i) {
            const QString text = QString::fromUtf8(texts.mid(block[i].textAt - textAt, block[i].textBytes));
            if (text.contains(words, Qt::CaseInsensitive)) {
                rows.push_back(begin + static_cast<int>(i));
            }
        }
    }
    return rows;
}

}  // namespace sightline
