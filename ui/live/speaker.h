// Who says captions aloud.
#pragma once

#include <functional>
#include <memory>

#include <QProcess>
#include <QString>

namespace sightline {

// UI thread only.
class Speaker {
public:
    virtual ~Speaker() = default;

    virtual void say(const QString& text) = 0;  // in place of what is being said
    virtual void stop() = 0;
    virtual bool isSpeaking() const = 0;
    // Called when it has said what it was to say, or could not.
    virtual void setDone(std::function<void()> done) = 0;
};

// A program that says its last argument and ends. Without a shell; the text is never taken for an option.
class ProgramSpeaker final : public Speaker {
public:
    // `stopArguments` make the program silence a server that speaks for it; empty: its own end is enough.
    ProgramSpeaker(QString program, QStringList arguments, QStringList stopArguments = {});
    ~ProgramSpeaker() override;

    void say(const QString& text) override;
    void stop() override;
    bool isSpeaking() const override { return process_.state() != QProcess::NotRunning; }
    void setDone(std::function<void()> done) override { done_ = std::move(done); }

private:
    void end();

    const QString program_;
    const QStringList arguments_;
    const QStringList stopArguments_;
    QProcess process_;
    std::function<void()> done_;
};

// Speech Dispatcher, which has the user's voice and pace, or eSpeak NG; null where neither is installed.
std::unique_ptr<Speaker> openSystemSpeaker();

}  // namespace sightline
