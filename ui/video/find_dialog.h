// Find and replace in the captions of the open project.
#pragma once

#include <QDialog>
#include <QPointer>

#include "ui/video/project_document.h"
#include "ui/video/text_search.h"

class QCheckBox;
class QLabel;
class QLineEdit;

namespace sightline {

class CuePanel;

// UI thread only; stays open beside the window.
class FindDialog final : public QDialog {
    Q_OBJECT

public:
    FindDialog(CuePanel* panel, QWidget* parent);  // borrowed, and outlives this

    void setDocument(ProjectDocument* document);  // borrowed; null for none
    void open() override;

private:
    // Invalid, and explained, where nothing can be looked for.
    QRegularExpression pattern();
    void find();
    void replace();
    void replaceAll();

    CuePanel* panel_;
    QPointer<ProjectDocument> document_;
    QLineEdit* text_;
    QLineEdit* replacement_;
    QCheckBox* regular_;
    QCheckBox* matchCase_;
    QLabel* message_;
};

}  // namespace sightline
