// What this program is and what it runs on.
#pragma once

#include <QDialog>

namespace sightline {

// UI thread only; deletes itself when it is closed.
class AboutDialog final : public QDialog {
    Q_OBJECT

public:
    // `diagnostics` is what its button puts on the clipboard.
    AboutDialog(std::function<QString()> diagnostics, QWidget* parent);
};

}  // namespace sightline
