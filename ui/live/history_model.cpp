#include "ui/live/history_model.h"

#include <QLocale>

namespace sightline {

void HistoryModel::setStore(std::shared_ptr<const HistoryStore> store) {
    beginResetModel();
    store_ = std::move(store);
    known_ = store_ ? store_->count() : 0;
    cache_.clear();
    search();
    endResetModel();
}

void HistoryModel::setSearch(const QString& words) {
    if (words == words_) {
        return;
    }
    beginResetModel();
    words_ = words;
    search();
    endResetModel();
}

void HistoryModel::search() { found_ = store_ && !words_.isEmpty() ? store_->find(words_) : std::vector<int>(); }

void HistoryModel::takeNew() {
    const int count = store_ ? store_->count() : 0;
    if (count <= known_) {
        return;
    }
    if (words_.isEmpty()) {
        beginInsertRows({}, known_, count - 1);
        known_ = count;
        endInsertRows();
        return;
    }
    const std::vector<int> more = store_->find(words_, known_);
    known_ = count;
    if (!more.empty()) {
        const int before = static_cast<int>(found_.size());
        beginInsertRows({}, before, before + static_cast<int>(more.size()) - 1);
        found_.insert(found_.end(), more.begin(), more.end());
        endInsertRows();
    }
}

int HistoryModel::entryOf(int row) const {
    return words_.isEmpty() || row < 0 || row >= static_cast<int>(found_.size())
               ? row
               : found_[static_cast<std::size_t>(row)];
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid()) {
        return 0;
    }
    return words_.isEmpty() ? known_ : static_cast<int>(found_.size());
}

const HistoryModel::Shown& HistoryModel::shown(int entry) const {
    if (const Shown* kept = cache_.object(entry)) {
        return *kept;
    }
    auto* read = new Shown{store_->entry(entry), {}};
    if (const QImage picture = store_->picture(entry); !picture.isNull()) {
        read->thumbnail = QPixmap::fromImage(picture.scaled(kThumbnail, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    }
    cache_.insert(entry, read);
    return *read;
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Shown& row = shown(entryOf(index.row()));
    switch (role) {
        case Qt::DisplayRole:
            return QStringLiteral("%1\n%2").arg(row.entry.time.toString(QStringLiteral("hh:mm:ss")), row.entry.caption);
        case Qt::ToolTipRole:
            return QStringLiteral("%1\n%2").arg(QLocale().toString(row.entry.time, QLocale::ShortFormat),
                                                row.entry.caption);
        case Qt::DecorationRole: return row.thumbnail.isNull() ? QVariant() : QVariant(row.thumbnail);
        case CaptionRole: return row.entry.caption;
        case TimeRole: return row.entry.time;
        default: return {};
    }
}

}  // namespace sightline
