// Tells when this window is in the picture of a screen, an area or a window that it watches.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <QObject>
#include <QTimer>

#include "core/media/live/source_address.h"

namespace sightline {

class MessageBar;

// UI thread only.
class OwnWindowHint final : public QObject {
    Q_OBJECT

public:
    // Whether a window of ours is what is seen of the window of another program.
    using Hides = std::function<bool(std::uint32_t window)>;

    // `page` is in the window that is looked for; `canPick`: whether an area can be picked instead.
    OwnWindowHint(Hides hides, bool canPick, QWidget* page);

    MessageBar* bar() const { return bar_; }
    // Of any kind; only screens are looked at. Empty: nothing is watched any more.
    void watch(const QString& address);

signals:
    void areaWanted();

private:
    void look();
    bool isInPicture() const;

    const Hides hides_;
    const bool canPick_;
    QWidget* page_;
    MessageBar* bar_;
    QTimer timer_;
    std::optional<ScreenArea> watched_;
    bool wasInPicture_ = false;
    bool answered_ = false;  // for this address
};

}  // namespace sightline
