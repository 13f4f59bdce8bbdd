#include "ui/live/own_window_hint.h"

#include <QWidget>

#include "ui/live/x11_windows.h"
#include "ui/message_bar.h"

namespace sightline {
namespace {

constexpr std::chrono::seconds kLookInterval(1);

}  // namespace

OwnWindowHint::OwnWindowHint(Hides hides, bool canPick, QWidget* page)
    : QObject(page), hides_(std::move(hides)), canPick_(canPick), page_(page), bar_(new MessageBar(page)) {
    bar_->setObjectName("ownWindowHint");
    timer_.setInterval(kLookInterval);
    connect(&timer_, &QTimer::timeout, this, &OwnWindowHint::look);
}

void OwnWindowHint::watch(const QString& address) {
    const auto source = parseSourceAddress(address.toStdString());
    watched_.reset();
    wasInPicture_ = answered_ = false;
    bar_->hide();
    timer_.stop();
    if (!source || source->kind != SourceKind::Screen) {
        return;
    }
    const std::string& display = source->screen.display;
    if (display.empty() || QString::fromStdString(display) == qEnvironmentVariable("DISPLAY")) {
        watched_ = source->screen;
        look();
        timer_.start();
    }
}

bool OwnWindowHint::isInPicture() const {
    const QWidget& window = *page_->window();
    if (window.isMinimized()) {
        return false;
    }
    if (watched_->window != 0) {
        return hides_(watched_->window);
    }
    const QRect area(watched_->x, watched_->y, watched_->width, watched_->height);
    return area.width() == 0 || area.intersects(placeOnScreen(window));
}

void OwnWindowHint::look() {
    const bool is = isInPicture();
    if (is == std::exchange(wasInPicture_, is)) {
        return;
    }
    bar_->hide();
    if (!is || answered_) {
        return;
    }
    MessageBar::Answers answers{{tr("Close"), [this] { answered_ = true; }},
                                {tr("Mi&nimize this window"), [this] { page_->window()->showMinimized(); }}};
    if (canPick_) {
        answers.emplace_back(tr("&Pick an area…"), [this] { emit areaWanted(); });
    }
    bar_->ask(watched_->window != 0
                  ? tr("This window hides the one that is watched, so the captions describe it instead. Move it aside.")
                  : tr("This window is on the screen that is watched, so the captions describe it too."),
              answers);
}

}  // namespace sightline
