#include "ui/window_settings.h"

#include <QCoreApplication>
#include <QTemporaryDir>

namespace sightline {

std::unique_ptr<QSettings> windowSettings() {
    if (!QCoreApplication::organizationName().isEmpty()) {
        return std::make_unique<QSettings>(QCoreApplication::organizationName(), QStringLiteral("window"));
    }
    static const QTemporaryDir folder;
    return std::make_unique<QSettings>(folder.filePath(QStringLiteral("window.ini")), QSettings::IniFormat);
}

bool remembersOpened() { return windowSettings()->value("privacy/remember", true).toBool(); }

void setRemembersOpened(bool remembers) { windowSettings()->setValue("privacy/remember", remembers); }

}  // namespace sightline
