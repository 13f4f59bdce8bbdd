// Looks at every new caption and does what the alerts that it sets off ask for.
#pragma once

#include <functional>
#include <memory>

#include <QObject>

#include "core/base/errands.h"
#include "core/captions/alert_rules.h"
#include "core/captions/caption.h"

class QSettings;
class QSystemTrayIcon;

namespace sightline {

// How the outside is told; tests replace it.
struct AlertOutlets {
    std::function<void()> beep;
    std::function<void(const QString& title, const QString& text)> notify;  // the desktop, beside the window
};

// UI thread only; commands and files are written on a thread of its own. Rules are kept in the settings.
class AlertCenter final : public QObject {
    Q_OBJECT

public:
    // Outlets that are null are the system's own. Without settings nothing is kept.
    explicit AlertCenter(std::shared_ptr<QSettings> settings, AlertOutlets outlets = {}, QObject* parent = nullptr);
    ~AlertCenter() override;

    const std::vector<AlertRule>& rules() const { return matcher_.rules(); }
    // As AlertMatcher::create(), with the old rules left when it fails. Every rule's time since its last alert begins
    // anew.
    Result<void> setRules(std::vector<AlertRule> rules);

    // Notifies, sounds and starts commands. True when a snapshot is wanted.
    bool consider(const Caption& caption);

    // Writes a file without holding up the window; what fails is told.
    void addErrand(Errands::Errand errand);

signals:
    void alerted(const QString& text);  // for people, within the window
    void failed(const QString& message);

private:
    void notifyDesktop(const QString& title, const QString& text);

    const std::shared_ptr<QSettings> settings_;
    const AlertOutlets outlets_;
    AlertMatcher matcher_;
    QSystemTrayIcon* tray_ = nullptr;
    std::unique_ptr<Errands> errands_;  // once there was one
};

}  // namespace sightline
