#include "ui/live/feed_menu.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QSpinBox>
#include <QWidgetAction>

#include "core/feed/feed_token.h"
#include "ui/error_text.h"
#include "ui/live/feed_token_store.h"
#include "ui/live/live_feed.h"

namespace sightline {
namespace {

constexpr int kLeastPort = 1024;
constexpr int kMostPort = 65535;
constexpr int kAddressWidth = 360;

}  // namespace

FeedMenu::FeedMenu(LiveFeed& feed, std::shared_ptr<QSettings> settings, ShowError showError, QWidget* parent)
    : QMenu(tr("&Feed"), parent), feed_(feed), settings_(std::move(settings)), showError_(std::move(showError)),
      on_(addAction(tr("&Feed for other programs"))), copy_(addAction(tr("&Copy address"))),
      renew_(addAction(tr("&New token"))), address_(new QLineEdit(this)), port_(new QSpinBox(this)) {
    setObjectName("feedMenu");
    setToolTipsVisible(true);
    on_->setObjectName("feedOn");
    on_->setCheckable(true);
    on_->setToolTip(
        tr("Programs on this machine that know the address see captions and picture, such as OBS as a "
           "browser source"));
    copy_->setObjectName("feedCopy");
    renew_->setObjectName("feedRenew");
    renew_->setToolTip(tr("Who knows the present address is locked out"));
    address_->setObjectName("feedAddress");
    address_->setAccessibleName(tr("Address of the feed"));
    address_->setReadOnly(true);
    address_->setMinimumWidth(kAddressWidth);
    port_->setObjectName("feedPort");
    port_->setAccessibleName(tr("Port of the feed"));
    port_->setRange(kLeastPort, kMostPort);
    insertSeparator(copy_);
    addRow(tr("Address"), address_);
    addRow(tr("Port"), port_);
    port_->setValue(!settings_ ? kFeedPort : settings_->value("feed/port", kFeedPort).toInt());
    connect(on_, &QAction::triggered, this, &FeedMenu::switchTo);
    connect(copy_, &QAction::triggered, this, [this] {
        QApplication::clipboard()->setText(address_->text());
        emit told(tr("The feed's address is on the clipboard."));
    });
    connect(renew_, &QAction::triggered, this, &FeedMenu::renew);
    connect(port_, &QSpinBox::editingFinished, this, [this] {
        if (feed_.server() && feed_.server()->port() != port_->value()) {
            switchTo(true);
        }
    });
    showState();
}

void FeedMenu::addRow(const QString& title, QWidget* widget) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 2, 12, 2);
    auto* label = new QLabel(title, row);
    label->setBuddy(widget);
    layout->addWidget(label);
    layout->addWidget(widget, 1);
    auto* action = new QWidgetAction(this);
    action->setDefaultWidget(row);
    insertAction(copy_, action);
}

Result<std::string> FeedMenu::token() {
    if (settings_) {
        return storedFeedToken(*settings_);
    }
    if (token_.empty()) {
        auto made = makeFeedToken();
        if (!made) {
            return made;
        }
        token_ = *made;
    }
    return token_;
}

void FeedMenu::switchTo(bool on) {
    if (on) {
        const auto secret = token();
        FeedOptions options;
        options.port = port_->value();
        options.token = secret.value_or("");
        const auto started = secret ? feed_.start(options) : tl::unexpected(secret.error());
        if (!started) {
            showError_(window(), tr("Cannot start the feed"), errorText(started.error()));
        } else if (settings_) {
            settings_->setValue("feed/port", options.port);
        }
    } else {
        feed_.stop();
    }
    showState();
    emit switched(feed_.server() != nullptr);
}

void FeedMenu::renew() {
    token_.clear();
    if (settings_) {
        settings_->remove(kFeedTokenKey);
    }
    if (feed_.server()) {
        switchTo(true);
    }
}

void FeedMenu::showState() {
    const FeedServer* server = feed_.server();
    on_->setChecked(server != nullptr);
    copy_->setEnabled(server != nullptr);
    address_->setText(server ? QString::fromStdString(server->address()) : tr("The feed is off"));
    address_->setCursorPosition(0);
}

}  // namespace sightline
