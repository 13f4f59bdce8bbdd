#include "ui/live/alert_command.h"

#include <QProcess>

#include "core/base/run_program.h"
#include "core/feed/caption_json.h"

namespace sightline {

std::vector<std::string> alertCommand(const AlertRule& rule, const Caption& caption) {
    std::vector<std::string> words;
    for (const QString& word : QProcess::splitCommand(QString::fromStdString(rule.command))) {
        words.push_back(word.toStdString());
    }
    return fillIn(std::move(words), caption.text, isoTime(caption.captured));
}

Result<void> runAlertCommand(const AlertRule& rule, const Caption& caption, const std::stop_token& stop) {
    auto words = alertCommand(rule, caption);
    return words.empty() ? Result<void>() : runProgram(std::move(words), kAlertPatience, stop);
}

}  // namespace sightline
