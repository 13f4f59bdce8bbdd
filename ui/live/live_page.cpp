#include "ui/live/live_page.h"

#include <QStyle>
#include <QToolBar>
#include <QVBoxLayout>

namespace sightline {

LivePage::LivePage(LivePageHooks hooks, QWidget* parent)
    : Page(parent), hooks_(std::move(hooks)), player_(new PlayerPane(hooks_.showError, this)),
      menu_(new QMenu(tr("&Live"), this)),
      camera_(new QAction(style()->standardIcon(QStyle::SP_ComputerIcon), tr("&Camera"), this)) {
    setObjectName("livePage");
    player_->view().setHint(tr("Open a camera to caption what it sees."));
    camera_->setObjectName("openCamera");
    camera_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    connect(camera_, &QAction::triggered, this, [this] { openCamera(); });

    auto* bar = new QToolBar(tr("Live"), this);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({camera_, player_->pauseAction()});
    menu_->addActions({player_->pauseAction()});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(player_, 1);
}

bool LivePage::openCamera() {
    player_->close();  // a camera can be opened once only, so the present one is given back first
    auto source = hooks_.openCamera();
    if (!source) {
        hooks_.showError(window(), tr("Cannot open"), QString::fromStdString(source.error().message));
        return false;
    }
    openSource(std::move(*source));
    return true;
}

void LivePage::openSource(std::unique_ptr<FrameSource> source) {
    sourceName_ = QString::fromStdString(source->description().name);
    player_->open(std::move(source), {});
    emit documentChanged();
    emit shownWanted();
}

}  // namespace sightline
