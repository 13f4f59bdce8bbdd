// Live captions of a camera.
#pragma once

#include "ui/page.h"
#include "ui/player/player_pane.h"

namespace sightline {

// What tests and the app replace.
struct LivePageHooks {
    std::function<Result<std::unique_ptr<FrameSource>>()> openCamera;
    ShowError showError;
};

// UI thread only.
class LivePage final : public Page {
    Q_OBJECT

public:
    explicit LivePage(LivePageHooks hooks, QWidget* parent = nullptr);

    QString title() const override { return tr("Live"); }
    QList<QMenu*> menus() const override { return {menu_}; }
    QString documentName() const override { return sourceName_; }
    void enter() override { player_->loadModel(); }

    PlayerPane& player() { return *player_; }
    QAction* cameraAction() const { return camera_; }

    // Shows and captions a source. On failure the error is shown and false comes back.
    bool openCamera();
    void openSource(std::unique_ptr<FrameSource> source);

private:
    const LivePageHooks hooks_;
    PlayerPane* player_;
    QMenu* menu_;
    QAction* camera_;
    QString sourceName_;
};

}  // namespace sightline
