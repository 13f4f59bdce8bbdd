#include "ui/live/alert_center.h"

#include <QApplication>
#include <QSettings>
#include <QStyle>
#include <QSystemTrayIcon>

#include "core/base/logging.h"
#include "ui/error_text.h"
#include "ui/live/alert_command.h"

namespace sightline {
namespace {

const QString kKey = QStringLiteral("live/alerts");

}  // namespace

AlertCenter::AlertCenter(std::shared_ptr<QSettings> settings, AlertOutlets outlets, QObject* parent)
    : QObject(parent), settings_(std::move(settings)), outlets_(std::move(outlets)) {
    const std::string stored = settings_ ? settings_->value(kKey).toString().toStdString() : std::string();
    if (stored.empty()) {
        return;
    }
    auto rules = alertRulesFromJson(stored);
    auto matcher = rules ? AlertMatcher::create(std::move(*rules)) : tl::unexpected(rules.error());
    if (matcher) {
        matcher_ = std::move(*matcher);
    } else {
        logger("ui")->warn("{} {}", matcher.error().message, matcher.error().detail);
    }
}

AlertCenter::~AlertCenter() = default;

Result<void> AlertCenter::setRules(std::vector<AlertRule> rules) {
    auto matcher = AlertMatcher::create(std::move(rules));
    if (!matcher) {
        return tl::unexpected(matcher.error());
    }
    matcher_ = std::move(*matcher);
    if (settings_) {
        settings_->setValue(kKey, QString::fromStdString(alertRulesToJson(matcher_.rules())));
    }
    return {};
}

bool AlertCenter::consider(const Caption& caption) {
    bool snapshot = false;
    for (const AlertRule& rule : matcher_.match(caption.text, std::chrono::steady_clock::now())) {
        const QString text = QString::fromStdString(caption.text);
        const QString name = QString::fromStdString(rule.name.empty() ? rule.pattern : rule.name);
        if (rule.notifies) {
            emit alerted(tr("%1: %2").arg(name, text));
            notifyDesktop(name, text);
        }
        if (rule.sounds) {
            outlets_.beep ? outlets_.beep() : QApplication::beep();
        }
        if (!rule.command.empty()) {
            addErrand([rule, caption](const std::stop_token& stop) { return runAlertCommand(rule, caption, stop); });
        }
        snapshot = snapshot || rule.snapshot;
    }
    return snapshot;
}

void AlertCenter::addErrand(Errands::Errand errand) {
    if (!errands_) {
        errands_ = std::make_unique<Errands>("alerts", [this](const Error& error) {
            QMetaObject::invokeMethod(
                this, [this, error] { emit failed(errorText(error)); }, Qt::QueuedConnection);
        });
    }
    if (!errands_->add(std::move(errand))) {
        emit failed(tr("Alerts come faster than what they start ends; one was left out."));
    }
}

void AlertCenter::notifyDesktop(const QString& title, const QString& text) {
    if (outlets_.notify) {
        outlets_.notify(title, text);
        return;
    }
    if (!tray_ && QSystemTrayIcon::isSystemTrayAvailable()) {
        const QIcon icon = QApplication::windowIcon();
        tray_ = new QSystemTrayIcon(
            icon.isNull() ? QApplication::style()->standardIcon(QStyle::SP_MessageBoxInformation) : icon, this);
        tray_->show();
    }
    if (tray_ && QSystemTrayIcon::supportsMessages()) {
        tray_->showMessage(title, text);
    }
}

}  // namespace sightline
