// Switches the feed on and off and tells its address, as a menu.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <QMenu>

#include "core/base/result.h"

class QLineEdit;
class QSettings;
class QSpinBox;

namespace sightline {

class LiveFeed;

// UI thread only. Token and port are kept in the settings; whether it is on is not.
class FeedMenu final : public QMenu {
    Q_OBJECT

public:
    using ShowError = std::function<void(QWidget*, const QString& title, const QString& text)>;

    // `feed` must outlive it. Without settings nothing is kept.
    FeedMenu(LiveFeed& feed, std::shared_ptr<QSettings> settings, ShowError showError, QWidget* parent = nullptr);

signals:
    void told(const QString& message);
    void switched(bool on);

private:
    void addRow(const QString& title, QWidget* widget);
    Result<std::string> token();
    void switchTo(bool on);
    void renew();
    void showState();

    LiveFeed& feed_;
    const std::shared_ptr<QSettings> settings_;
    const ShowError showError_;
    std::string token_;  // where there are no settings
    QAction* on_;
    QAction* copy_;
    QAction* renew_;
    QLineEdit* address_;
    QSpinBox* port_;
};

}  // namespace sightline
