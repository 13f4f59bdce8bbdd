#include "ui/live/picture_dialog.h"

#include <QLabel>
#include <QScreen>
#include <QVBoxLayout>

namespace sightline {
namespace {

constexpr QSize kLeast(160, 90);
constexpr QSize kFirst(960, 540);
constexpr double kOfScreen = 0.7;  // at most, at first

}  // namespace

PictureDialog::PictureDialog(const QImage& picture, const QString& words, QWidget* parent)
    : QDialog(parent), picture_(picture), shown_(new QLabel(this)) {
    setObjectName("sourceFrame");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("The picture this caption describes"));
    shown_->setObjectName("enlargedPicture");
    shown_->setAccessibleName(words);
    shown_->setAlignment(Qt::AlignCenter);
    shown_->setMinimumSize(kLeast);
    shown_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    auto* text = new QLabel(words, this);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* column = new QVBoxLayout(this);
    column->addWidget(shown_, 1);
    column->addWidget(text);
    const QSize room = kFirst.boundedTo(screen()->availableSize() * kOfScreen);
    const QSize size = picture_.size().scaled(room, Qt::KeepAspectRatio);
    resize(size + QSize(24, 24 + text->heightForWidth(size.width()) + column->spacing()));
}

void PictureDialog::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    fit();
}

void PictureDialog::fit() {
    const double ratio = devicePixelRatioF();
    QPixmap pixels =
        QPixmap::fromImage(picture_.scaled(shown_->size() * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    pixels.setDevicePixelRatio(ratio);
    shown_->setPixmap(pixels);
}

}  // namespace sightline
