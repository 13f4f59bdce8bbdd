// Moves cues by a time: the selected ones, those and all that follow, or all.
#pragma once

#include <QDialog>
#include <QPointer>

#include "ui/video/project_document.h"

class QDialogButtonBox;
class QLineEdit;
class QRadioButton;

namespace sightline {

// UI thread only.
class ShiftDialog final : public QDialog {
    Q_OBJECT

public:
    // `first`, `count`: the selected rows.
    ShiftDialog(ProjectDocument* document, int first, int count, QWidget* parent);

private:
    void shift();

    QPointer<ProjectDocument> document_;
    const int first_;
    const int count_;
    QLineEdit* amount_;
    QRadioButton* earlier_;
    QRadioButton* selected_;
    QRadioButton* following_;
};

}  // namespace sightline
