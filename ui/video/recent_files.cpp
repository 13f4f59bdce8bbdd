#include "ui/video/recent_files.h"

#include <QFileInfo>

#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr const char* kKey = "video/recent";
constexpr int kMost = 10;

}  // namespace

RecentFiles::RecentFiles(QWidget* parent) : QMenu(tr("Open &recent"), parent) {
    setObjectName("recentFiles");
    connect(this, &QMenu::aboutToShow, this, &RecentFiles::fill);
    fill();  // a menu without entries does not open
}

void RecentFiles::add(const QString& path) {
    if (!remembersOpened()) {
        return;
    }
    QStringList all = windowSettings()->value(kKey).toStringList();
    const QString absolute = QFileInfo(path).absoluteFilePath();
    all.removeAll(absolute);
    all.prepend(absolute);
    windowSettings()->setValue(kKey, all.mid(0, kMost));
    fill();
}

QStringList RecentFiles::paths() const {
    QStringList there;
    for (const QString& path : windowSettings()->value(kKey).toStringList()) {
        if (QFileInfo::exists(path)) {
            there << path;
        }
    }
    return there;
}

void RecentFiles::forget() { windowSettings()->remove(kKey); }

void RecentFiles::fill() {
    clear();
    const QStringList all = paths();
    for (const QString& path : all) {
        auto* action = addAction(QFileInfo(path).fileName().replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setToolTip(path);
        action->setStatusTip(path);
        connect(action, &QAction::triggered, this, [this, path] { emit chosen(path); });
    }
    if (all.isEmpty()) {
        addAction(tr("No files yet"))->setEnabled(false);
    } else {
        addSeparator();
        connect(addAction(tr("Forget them")), &QAction::triggered, this, [this] {
            forget();
            fill();
        });
    }
}

}  // namespace sightline
