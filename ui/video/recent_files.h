// A menu of the videos and projects that were opened last.
#pragma once

#include <QMenu>

namespace sightline {

// UI thread only. Kept in the window's settings.
class RecentFiles final : public QMenu {
    Q_OBJECT

public:
    explicit RecentFiles(QWidget* parent = nullptr);

    void add(const QString& path);  // to the top
    QStringList paths() const;      // those that still exist
    static void forget();

signals:
    void chosen(const QString& path);

private:
    void fill();
};

}  // namespace sightline
