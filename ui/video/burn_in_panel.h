// How captions in the picture are to look, shown on a picture of the video.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <QImage>
#include <QWidget>

#include "core/captions/cue.h"
#include "core/media/frame_source.h"
#include "core/media/writing/caption_look.h"
#include "ui/background_run.h"

class QCheckBox;
class QComboBox;
class QLabel;

namespace sightline {

// UI thread only. Reads the picture when it is first shown, in the background. The look is kept in the window's
// settings.
class BurnInPanel final : public QWidget {
    Q_OBJECT

public:
    using OpenVideo = std::function<Result<std::unique_ptr<FrameSource>>(const QString& path)>;

    BurnInPanel(const CueTrack& track, std::filesystem::path video, OpenVideo openVideo, QWidget* parent);

    CaptionLook look() const;

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QComboBox* addChoice(const QString& title, const char* name, const QList<QPair<QString, int>>& choices, int chosen);
    void choose();  // another look
    void draw();
    void readFrame();
    void show(const Result<Image>& drawn);
    void fit();

    const std::filesystem::path video_;
    const OpenVideo openVideo_;
    std::string ass_;   // of the longest caption alone, from zero on
    MediaTime time_{};  // of the picture
    std::shared_ptr<const Frame> frame_;
    QImage drawn_;
    QComboBox* place_ = nullptr;
    QComboBox* size_ = nullptr;
    QComboBox* box_ = nullptr;
    QCheckBox* twoLines_;
    QCheckBox* contrast_;
    QLabel* picture_;
    bool wantsDrawing_ = false;  // the look changed while one was drawn
    BackgroundRun run_;
};

}  // namespace sightline
