#include "ui/video/burn_in_panel.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>

#include "core/subtitles/subtitle_format.h"
#include "ui/error_text.h"
#include "ui/player/flow_layout.h"
#include "ui/player/frame_image.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr int kBottom = 0;
constexpr int kTop = 1;

}  // namespace

BurnInPanel::BurnInPanel(const CueTrack& track, std::filesystem::path video, OpenVideo openVideo, QWidget* parent)
    : QWidget(parent), video_(std::move(video)), openVideo_(std::move(openVideo)),
      twoLines_(new QCheckBox(tr("Two &lines where they fit"), this)),
      contrast_(new QCheckBox(tr("&High contrast"), this)), picture_(new QLabel(this)) {
    setObjectName("burnInPanel");
    const auto settings = windowSettings();
    auto* row = new FlowLayout;
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    place_ = addChoice(tr("Place"), "burnInPlace", {{tr("Bottom"), kBottom}, {tr("Top"), kTop}},
                       settings->value("burnIn/place", kBottom).toInt());
    size_ = addChoice(tr("Size"), "burnInSize",
                      {{tr("Small"), 75}, {tr("Normal"), 100}, {tr("Large"), 150}, {tr("Very large"), 200}},
                      settings->value("burnIn/size", 100).toInt());
    box_ = addChoice(tr("Background"), "burnInBox",
                     {{tr("None"), 0}, {tr("Faint"), 40}, {tr("Dark"), 75}, {tr("Solid"), 100}},
                     settings->value("burnIn/box", 0).toInt());
    twoLines_->setObjectName("burnInTwoLines");
    twoLines_->setChecked(settings->value("burnIn/twoLines", true).toBool());
    contrast_->setObjectName("burnInContrast");
    contrast_->setChecked(settings->value("burnIn/contrast", false).toBool());
    for (QCheckBox* check : {twoLines_, contrast_}) {
        row->addWidget(check);
        connect(check, &QCheckBox::toggled, this, &BurnInPanel::choose);
    }
    picture_->setObjectName("burnInPicture");
    picture_->setAccessibleName(tr("The longest caption, as it will be drawn"));
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setWordWrap(true);
    picture_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    picture_->setText(tr("Reading a picture of the video…"));
    column->addWidget(picture_, 1);
    const auto longest = std::ranges::max_element(track.cues, {}, [](const Cue& cue) { return cue.text.size(); });
    if (longest != track.cues.end()) {
        time_ = longest->start + (longest->end - longest->start) / 2;
        CueTrack one;
        one.cues = {*longest};
        one.cues[0].start = {};
        one.cues[0].end = std::chrono::hours(1);
        ass_ = findSubtitleFormat("ass")->write(one);
    } else {
        picture_->setText(tr("There are no captions to draw."));
    }
}

QComboBox* BurnInPanel::addChoice(const QString& title, const char* name, const QList<QPair<QString, int>>& choices,
                                  int chosen) {
    auto* group = new QWidget(this);
    auto* row = new QHBoxLayout(group);
    row->setContentsMargins(0, 0, 0, 0);
    auto* box = new QComboBox(group);
    box->setObjectName(name);
    box->setAccessibleName(title);
    for (const auto& [text, value] : choices) {
        box->addItem(text, value);
    }
    box->setCurrentIndex(std::max(0, box->findData(chosen)));
    row->addWidget(new QLabel(title, group));
    row->addWidget(box);
    layout()->itemAt(0)->layout()->addWidget(group);
    connect(box, &QComboBox::currentIndexChanged, this, &BurnInPanel::choose);
    return box;
}

CaptionLook BurnInPanel::look() const {
    return {place_->currentData().toInt() == kTop, size_->currentData().toInt(), box_->currentData().toInt(),
            twoLines_->isChecked(), contrast_->isChecked()};
}

void BurnInPanel::choose() {
    const auto settings = windowSettings();
    settings->setValue("burnIn/place", place_->currentData());
    settings->setValue("burnIn/size", size_->currentData());
    settings->setValue("burnIn/box", box_->currentData());
    settings->setValue("burnIn/twoLines", twoLines_->isChecked());
    settings->setValue("burnIn/contrast", contrast_->isChecked());
    draw();
}

void BurnInPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!frame_ && !ass_.empty() && !run_.running()) {
        readFrame();
    }
}

void BurnInPanel::readFrame() {
    run_.start("preview", [this, open = openVideo_, video = video_, time = time_](const std::stop_token&,
                                                                                  const BackgroundRun::Teller& teller) {
        std::shared_ptr<const Frame> frame;
        auto source = open(QString::fromStdString(video.string()));
        if (source) {
            auto sought = (*source)->seek(time);
            auto read = (*source)->read();
            if (sought && read) {
                frame = std::make_shared<const Frame>(std::move(*read));
            }
        }
        teller.end([this, frame] {
            frame_ = frame;
            if (frame_) {
                draw();
            } else {
                picture_->setText(tr("No picture of the video can be read."));
            }
        });
    });
}

void BurnInPanel::draw() {
    if (!frame_) {
        return;
    }
    if (run_.running()) {
        wantsDrawing_ = true;
        return;
    }
    wantsDrawing_ = false;
    run_.start("preview", [this, frame = frame_, ass = ass_, look = look()](const std::stop_token&,
                                                                            const BackgroundRun::Teller& teller) {
        auto drawn = std::make_shared<Result<Image>>(drawCaption(frame->image, frame->pixelAspect, ass, look, 1.0));
        teller.end([this, drawn] {
            show(*drawn);
            if (wantsDrawing_) {
                draw();
            }
        });
    });
}

void BurnInPanel::show(const Result<Image>& drawn) {
    if (!drawn) {
        drawn_ = {};
        picture_->setText(errorText(drawn.error()));
        return;
    }
    drawn_ = upright(*drawn, frame_->pixelAspect).copy();
    fit();
}

void BurnInPanel::fit() {
    if (!drawn_.isNull()) {
        const double ratio = devicePixelRatioF();
        QPixmap pixels =
            QPixmap::fromImage(drawn_.scaled(picture_->size() * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation));
        pixels.setDevicePixelRatio(ratio);
        picture_->setPixmap(pixels);
    }
}

void BurnInPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

}  // namespace sightline
