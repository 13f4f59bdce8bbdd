#include "ui/live/speaker.h"

#include <QStandardPaths>

namespace sightline {
namespace {

constexpr int kEndMilliseconds = 500;  // until a program that was killed is gone

}  // namespace

ProgramSpeaker::ProgramSpeaker(QString program, QStringList arguments, QStringList stopArguments)
    : program_(std::move(program)), arguments_(std::move(arguments)), stopArguments_(std::move(stopArguments)) {
    process_.setStandardInputFile(QProcess::nullDevice());
    process_.setStandardOutputFile(QProcess::nullDevice());
    process_.setStandardErrorFile(QProcess::nullDevice());
    const auto tell = [this] {
        if (done_) {
            done_();
        }
    };
    QObject::connect(&process_, &QProcess::finished, &process_, tell);
    QObject::connect(&process_, &QProcess::errorOccurred, &process_, [tell](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {  // after others it finishes too
            tell();
        }
    });
}

ProgramSpeaker::~ProgramSpeaker() {
    done_ = {};
    stop();
}

void ProgramSpeaker::say(const QString& text) {
    end();
    process_.start(program_, arguments_ + QStringList{QStringLiteral("--"), text});
}

void ProgramSpeaker::stop() {
    if (!isSpeaking()) {
        return;
    }
    end();
    if (!stopArguments_.isEmpty()) {
        QProcess::startDetached(program_, stopArguments_);
    }
}

void ProgramSpeaker::end() {
    if (isSpeaking()) {
        process_.kill();
        process_.waitForFinished(kEndMilliseconds);
    }
}

std::unique_ptr<Speaker> openSystemSpeaker() {
    const auto find = [](const char* name) { return QStandardPaths::findExecutable(QString::fromLatin1(name)); };
    if (const QString dispatcher = find("spd-say"); !dispatcher.isEmpty()) {
        return std::make_unique<ProgramSpeaker>(dispatcher, QStringList{QStringLiteral("--wait")},
                                                QStringList{QStringLiteral("--stop")});
    }
    if (const QString espeak = find("espeak-ng"); !espeak.isEmpty()) {
        return std::make_unique<ProgramSpeaker>(espeak, QStringList());
    }
    return nullptr;
}

}  // namespace sightline
