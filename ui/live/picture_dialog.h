// A picture with what is said of it, enlarged.
#pragma once

#include <QDialog>
#include <QImage>

class QLabel;

namespace sightline {

// UI thread only. As large as the picture where the screen has room; the picture follows the dialog's size.
class PictureDialog final : public QDialog {
    Q_OBJECT

public:
    PictureDialog(const QImage& picture, const QString& words, QWidget* parent);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    const QImage picture_;
    QLabel* shown_;
};

}  // namespace sightline
