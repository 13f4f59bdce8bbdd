#include "ui/lab/ab_preview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "core/base/clock.h"
#include "ui/error_text.h"
#include "ui/lab/named_widgets.h"
#include "ui/lab/result_model.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

constexpr QSize kLeastView{192, 108};  // smaller than a page of its own has, so that the charts keep their room

QString sideName(std::size_t side) { return side == 0 ? AbPreview::tr("A") : AbPreview::tr("B"); }

QString figures(const SessionMetrics& metrics) {
    const auto text = [](const std::optional<std::chrono::nanoseconds>& time) {
        return time ? numberText(toMilliseconds(*time), 1) : QStringLiteral("–");
    };
    return AbPreview::tr("%1 captions/s, %2 ms each, %3 ms old when shown")
        .arg(numberText(metrics.captionsPerSecond, 1))
        .arg(text(metrics.inference), text(metrics.captionAge));
}

}  // namespace

AbPreview::AbPreview(AbPreviewHooks hooks, QWidget* parent)
    : QWidget(parent), hooks_(std::move(hooks)), player_(new PlayerPane(hooks_.showError, this)) {
    setObjectName("abPreview");
    player_->view().setMinimumSize(kLeastView);
    toggle_ =
        button(tr("Preview"), "togglePreview", tr("Play the clip under A and B in turn, until you stop it"), this);
    auto* column = new QVBoxLayout;
    for (std::size_t side = 0; side < kSides; ++side) {
        texts_[side] = named(new QLabel(this), side == 0 ? "previewA" : "previewB", sideName(side));
        texts_[side]->setWordWrap(true);
        column->addWidget(texts_[side]);
    }
    column->addWidget(toggle_);
    column->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 4, 0, 0);
    row->addWidget(player_, 2);
    row->addLayout(column, 1);
    turn_.setSingleShot(true);
    connect(toggle_, &QPushButton::clicked, this, [this] { isPlaying() ? stop() : start(); });
    connect(&turn_, &QTimer::timeout, this, &AbPreview::endTurn);
    connect(&player_->bridge(), &SessionBridge::modelReady, this, [this] {
        if (isPlaying()) {
            showSide(side_, tr("now"));
            turn_.start(hooks_.turn);
        }
    });
    connect(&player_->bridge(), &SessionBridge::modelFailed, this, &AbPreview::stop);
    setSettings({}, {});
}

AbPreview::~AbPreview() {
    player_->bridge().disconnect(this);
    player_->close();
}

void AbPreview::setSettings(const std::optional<BenchmarkSetting>& a, const std::optional<BenchmarkSetting>& b) {
    stop();
    settings_ = {a, b};
    toggle_->setEnabled(a && b);
    for (std::size_t side = 0; side < kSides; ++side) {
        showSide(side, {});
    }
}

void AbPreview::showSide(std::size_t side, const QString& text) {
    const auto& setting = settings_[side];
    const QString name = setting ? tr("%1: %2").arg(sideName(side), settingText(*setting))
                                 : tr("%1: nothing pinned; pin an earlier run.").arg(sideName(side));
    texts_[side]->setText(text.isEmpty() ? name : tr("%1; %2").arg(name, text));
}

void AbPreview::start() {
    auto clip = hooks_.openClip();
    if (!clip) {
        hooks_.showError(window(), tr("Cannot play the clip"), errorText(clip.error()));
        return;
    }
    player_->open(std::move(*clip), {.loop = true});
    toggle_->setText(tr("Stop"));
    begin(0);
}

void AbPreview::stop() {
    turn_.stop();
    player_->close();
    toggle_->setText(tr("Preview"));
}

void AbPreview::begin(std::size_t side) {
    side_ = side;
    player_->setModel([load = hooks_.load, setting = *settings_[side]] { return load(setting); },
                      settings_[side]->beams);
    player_->loadModel();
}

void AbPreview::endTurn() {
    showSide(side_, figures(player_->session().metrics()));
    begin(1 - side_);
}

void AbPreview::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    stop();
}

}  // namespace sightline
