// What this program is and what it runs on.
#pragma once

#include <QDialog>

namespace sightline {

// UI thread only; deletes itself when it is closed.
class AboutDialog final : public QDialog {
    Q_OBJECT

public:
    // `model` is a line about the one in use, `diagnostics` what its button puts on the clipboard.
    AboutDialog(const QString& model, std::function<QString()> diagnostics, QWidget* parent);
};

}  // namespace sightline
