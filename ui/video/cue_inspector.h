// One cue in full: text, times, how it reads, what the checks say, and what else the model would say.
#pragma once

#include <QPointer>
#include <QWidget>

#include "core/inference/captioner.h"
#include "ui/video/project_document.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QToolButton;

namespace sightline {

class CaptionEdit;
class CueModel;
class SpellChecker;

// UI thread only. Text goes into the document as it is typed.
class CueInspector final : public QWidget {
    Q_OBJECT

public:
    // `model` tells the findings; borrowed, and outlives this.
    explicit CueInspector(const CueModel* model, QWidget* parent = nullptr);

    void setDocument(ProjectDocument* document);  // borrowed; null for none
    void setCurrent(int row);                     // -1 for none
    int current() const { return row_; }

    void refresh() { showCue(); }
    void refreshChecks() { showReading(); }
    void setSpelling(SpellChecker* checker);           // borrowed; null checks nothing
    void editText();                                   // gives it the focus
    void tabBetween(QWidget* before, QWidget* after);  // as Tab goes on: times, text, other captions
    bool isEdited() const;                             // something here has the focus

    void awaitAlternatives();
    void showAlternatives(const TimeRange& range, const std::vector<CaptionCandidate>& candidates);
    void alternativesFailed(const QString& message);
    bool pick(int alternative);  // from 0; false when there is no such

signals:
    void alternativesRequested();
    void picked();
    void entered();   // somebody is about to write the caption
    void left();      // the user is done with writing here
    void accepted();  // and with this cue
    void failed(const QString& message);

protected:
    bool event(QEvent* event) override;

private:
    const Cue* cue() const;  // null without any
    void showCue();
    void showReading();
    void clearAlternatives();
    void typed();
    void timesEntered(QLineEdit* field);
    void tellProblem(QLineEdit* field, const QString& problem);  // of its time; null and empty: none any more

    const CueModel* model_;
    QPointer<ProjectDocument> document_;
    int row_ = -1;
    QLineEdit* start_;
    QLineEdit* end_;
    QLineEdit* length_;
    QLabel* problem_;  // of a time that was entered
    CaptionEdit* text_;
    QLabel* reading_;
    QLabel* findings_;
    QToolButton* ask_;
    QLabel* hint_;
    QListWidget* alternatives_;
    std::vector<CaptionCandidate> candidates_;
};

}  // namespace sightline
