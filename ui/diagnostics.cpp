#include "ui/diagnostics.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QScreen>
#include <QStringList>
#include <QSysInfo>

#include "core/base/machine.h"
#include "ui/main_window.h"

namespace sightline {

// Not translated: it is for the people who write the program.
QString diagnosticsText(MainWindow& window) {
    QStringList lines;
    lines << QStringLiteral("Sightline %1, Qt %2, %3")
                 .arg(QCoreApplication::applicationVersion(), QString::fromLatin1(qVersion()),
                      QGuiApplication::platformName());
    lines << QStringLiteral("%1, %2").arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture());
    lines << QString::fromStdString(describeMachine());
    for (const QScreen* screen : QGuiApplication::screens()) {
        lines << QStringLiteral("screen %1 x %2 at %3 %")
                     .arg(screen->size().width())
                     .arg(screen->size().height())
                     .arg(qRound(100 * screen->devicePixelRatio()));
    }
    lines << QStringLiteral("locale %1").arg(QLocale().name());
    PlayerPane& player = window.video().player();
    lines << QStringLiteral("model: %1").arg(player.modelState());
    if (const auto description = player.session().description()) {
        lines << QStringLiteral("video: %1 x %2, %3 frames/s, %4 s")
                     .arg(description->width)
                     .arg(description->height)
                     .arg(description->frameRate, 0, 'f', 3)
                     .arg(toSeconds(description->duration), 0, 'f', 3);
    }
    if (const ProjectDocument* document = window.video().project().document()) {
        lines << QStringLiteral("project: %1 cues, %2 shots, %3")
                     .arg(document->cues().size())
                     .arg(document->project().shots.size() + 1)
                     .arg(document->modified() ? QStringLiteral("modified") : QStringLiteral("saved"));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace sightline
