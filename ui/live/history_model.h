// The entries of a history as a list, or those of them that hold certain words.
#pragma once

#include <memory>
#include <vector>

#include <QAbstractListModel>
#include <QCache>
#include <QPixmap>

#include "ui/live/history_store.h"

namespace sightline {

// UI thread only. Keeps what was shown last in memory, and a number for each entry that a search found.
class HistoryModel final : public QAbstractListModel {
    Q_OBJECT

public:
    static constexpr QSize kThumbnail{96, 54};
    enum Role { CaptionRole = Qt::UserRole, TimeRole };

    explicit HistoryModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    void setStore(std::shared_ptr<const HistoryStore> store);
    void setSearch(const QString& words);  // empty: all entries
    void takeNew();                        // the store has more entries than before

    int entryOf(int row) const;  // its row in the store

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Shown {
        HistoryEntry entry;
        QPixmap thumbnail;
    };
    const Shown& shown(int entry) const;
    void search();

    std::shared_ptr<const HistoryStore> store_;
    QString words_;
    std::vector<int> found_;  // while there are words
    int known_ = 0;           // entries of the store
    mutable QCache<int, Shown> cache_{200};
};

}  // namespace sightline
