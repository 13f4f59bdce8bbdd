// The captions that were shown, each with its time and a small picture.
#pragma once

#include <QDateTime>
#include <QImage>
#include <QWidget>

class QLineEdit;
class QListWidget;

namespace sightline {

// UI thread only. Keeps the newest entries.
class HistoryPanel final : public QWidget {
    Q_OBJECT

public:
    static constexpr int kMostEntries = 500;
    static constexpr QSize kThumbnail{96, 54};

    explicit HistoryPanel(QWidget* parent = nullptr);

    // A null `thumbnail` leaves its place empty. The list goes on at its end unless the user looks at something
    // earlier.
    void add(const QDateTime& time, const QString& caption, const QImage& thumbnail);
    void clear();

    // The selected entries that are not filtered out, or all of them, a line each.
    QString text() const;

private:
    void filter();
    bool matches(const QString& caption) const;

    QLineEdit* search_;
    QListWidget* list_;
};

}  // namespace sightline
