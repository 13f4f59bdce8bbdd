// The clip, captioned under two settings in turn: what the difference between two pinned runs looks like.
#pragma once

#include <array>
#include <optional>

#include <QTimer>
#include <QWidget>

#include "core/benchmark/setting.h"
#include "ui/player/player_pane.h"

class QLabel;
class QPushButton;

namespace sightline {

// What tests replace.
struct AbPreviewHooks {
    std::function<Result<std::unique_ptr<FrameSource>>()> openClip;
    std::function<Result<std::unique_ptr<Captioner>>(const BenchmarkSetting&)> load;  // on a thread of its own
    ShowError showError;
    std::chrono::milliseconds turn = std::chrono::seconds(6);  // of one setting, once its model is loaded
};

// UI thread only. Stops when it is hidden.
class AbPreview final : public QWidget {
    Q_OBJECT

public:
    static constexpr std::size_t kSides = 2;  // A and B

    explicit AbPreview(AbPreviewHooks hooks, QWidget* parent = nullptr);
    ~AbPreview() override;

    // Stops. It can be started with both.
    void setSettings(const std::optional<BenchmarkSetting>& a, const std::optional<BenchmarkSetting>& b);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void start();
    void stop();
    void begin(std::size_t side);
    void endTurn();
    void showSide(std::size_t side, const QString& text);
    bool isPlaying() const { return player_->session().state() != PlayState::Closed; }

    const AbPreviewHooks hooks_;
    std::array<std::optional<BenchmarkSetting>, kSides> settings_;
    std::array<QLabel*, kSides> texts_{};
    QPushButton* toggle_;
    PlayerPane* player_;
    QTimer turn_;
    std::size_t side_ = 0;  // whose turn it is
};

}  // namespace sightline
