#include "ui/diagnostics.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QScreen>
#include <QStringList>
#include <QSysInfo>

#include "core/base/machine.h"
#include "core/inference/bundle.h"
#include "core/inference/int8_linear.h"
#include "core/inference/torch_library.h"
#include "core/media/media_version.h"
#include "ui/main_window.h"

namespace sightline {

namespace {

QStringList modelLines(const CpuSettingsStore& store) {
    if (!store.current) {
        return {};
    }
    const CpuSettings settings = store.current();
    QStringList lines{QStringLiteral("threads %1, inter-op %2").arg(settings.threads).arg(settings.interOp)};
    if (const auto bundle = readBundle(settings.model)) {
        const Manifest& manifest = bundle->manifest;
        const auto identity = identifyBundle(settings.model);
        lines << QStringLiteral("bundle %1, %2%3, %4 beams, sha256 %5, %6")
                     .arg(QString::fromStdString(manifest.name),
                          QString::fromStdString(manifest.imported ? "imported " + manifest.architecture + ", " : ""),
                          QString::fromStdString(manifest.precision))
                     .arg(manifest.beams)
                     .arg(QString::fromStdString(manifest.sha256),
                          QString::fromLatin1(originName(identity ? identity->origin : BundleOrigin::Foreign)));
    } else {
        lines << QStringLiteral("bundle cannot be read");
    }
    return lines;
}

}  // namespace

// Not translated: both are for the people who write the program.
QString versionsText() {
    return QStringLiteral("Sightline %1\nQt %2, %3\nFFmpeg %4\nLibTorch %5\nencoder and decoder: %6")
        .arg(QCoreApplication::applicationVersion(), QString::fromLatin1(qVersion()), QGuiApplication::platformName(),
             QString::fromStdString(ffmpegVersion()), QString::fromStdString(libTorchVersion()),
             QString::fromLatin1(name(bestSimdPath())));
}

QString modelText(const CpuSettingsStore& store) {
    if (!store.current) {
        return {};
    }
    const auto identity = identifyBundle(store.current().model);
    return identity ? QStringLiteral("model %1: %2")
                          .arg(QString::fromStdString(identity->manifest.name),
                               QString::fromLatin1(originName(identity->origin)))
                    : QString();
}

QString diagnosticsText(MainWindow& window, const CpuSettingsStore& store) {
    QStringList lines;
    lines << versionsText();
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
    lines << modelLines(store);
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
