#include "ui/player/session_bridge.h"

#include "core/base/logging.h"
#include "ui/error_text.h"

namespace sightline {

SessionBridge::SessionBridge(QObject* parent) : QObject(parent) {
    session_ = std::make_unique<LiveSession>(clock_,
                                             LiveSession::Callbacks{wake(framePending_, &SessionBridge::frameReady),
                                                                    wake(captionPending_, &SessionBridge::captionReady),
                                                                    wake(statePending_, &SessionBridge::stateChanged)});
}

SessionBridge::~SessionBridge() {
    if (loader_.joinable()) {
        loader_.join();
    }
    session_.reset();  // its threads call wake()
}

std::function<void()> SessionBridge::wake(std::atomic<bool>& pending, void (SessionBridge::*signal)()) {
    return [this, &pending, signal] {
        if (pending.exchange(true)) {
            return;
        }
        QMetaObject::invokeMethod(
            this,
            [this, &pending, signal] {
                pending = false;
                emit(this->*signal)();
            },
            Qt::QueuedConnection);
    };
}

void SessionBridge::loadCaptioner(CaptionerLoader loader, int beams) {
    loader_ = std::jthread([this, loader = std::move(loader), beams] {
        // shared_ptr, because queued calls are copied
        auto loaded = std::make_shared<Result<std::unique_ptr<Captioner>>>(loader());
        QMetaObject::invokeMethod(
            this,
            [this, loaded, beams] {
                if (!*loaded) {
                    logger("ui")->error("{} {}", loaded->error().message, loaded->error().detail);
                    emit modelFailed(errorText(loaded->error()));
                    return;
                }
                const SearchOptions search = (**loaded)->defaultSearch(beams);
                session_->setCaptioner(std::move(**loaded), search);
                emit modelReady();
            },
            Qt::QueuedConnection);
    });
}

}  // namespace sightline
