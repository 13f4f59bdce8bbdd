#include "ui/video/cue_inspector.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/player/flow_layout.h"
#include "ui/player/focus_mark.h"
#include "ui/player/number_text.h"
#include "ui/video/caption_edit.h"
#include "ui/video/cue_model.h"
#include "ui/video/described_text.h"

namespace sightline {
namespace {

constexpr int kTextLines = 3;
constexpr int kReadingCharacters = 30;
constexpr int kTimeCharacters = 11;  // "1:02:03.450"

QLineEdit* addTime(QLayout* flow, const QString& title, const char* name, QWidget* parent) {
    auto* pair = new QWidget(parent);
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(title, pair);
    auto* field = new QLineEdit(pair);
    field->setObjectName(name);
    field->setAccessibleName(title);
    // Rather another line than half a time.
    field->setFixedWidth(field->fontMetrics().averageCharWidth() * (kTimeCharacters + 3));
    label->setBuddy(field);
    row->addWidget(label);
    row->addWidget(field);
    flow->addWidget(pair);
    return field;
}

}  // namespace

CueInspector::CueInspector(const CueModel* model, QWidget* parent)
    : QWidget(parent), model_(model), problem_(new QLabel(this)), text_(new CaptionEdit(this)),
      reading_(new QLabel(this)), findings_(new QLabel(this)), ask_(new QToolButton(this)), hint_(new QLabel(this)),
      alternatives_(new QListWidget(this)) {
    setObjectName("cueInspector");
    auto* line = new QWidget(this);
    auto* times = new FlowLayout(line);
    times->setContentsMargins(0, 0, 0, 0);
    start_ = addTime(times, tr("Start"), "cueStart", this);
    end_ = addTime(times, tr("End"), "cueEnd", this);
    length_ = addTime(times, tr("Duration"), "cueLength", this);
    problem_->setObjectName("timeProblem");
    problem_->setWordWrap(true);
    problem_->hide();
    text_->setObjectName("cueText");
    text_->setAccessibleName(tr("Caption"));
    text_->setPlaceholderText(tr("Choose a cue, or add one at the playhead."));
    text_->setMinimumHeight(text_->fontMetrics().lineSpacing() * kTextLines + 12);
    reading_->setObjectName("cueReading");
    reading_->setWordWrap(true);
    findings_->setObjectName("cueFindings");
    findings_->setWordWrap(true);
    ask_->setObjectName("askAlternatives");
    ask_->setText(tr("Other captions"));
    ask_->setToolTip(tr("What else the model would say here; the keys 1 to 5 take one"));
    hint_->setObjectName("alternativesHint");
    alternatives_->setObjectName("alternatives");
    alternatives_->setAccessibleName(tr("Other captions"));
    alternatives_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    alternatives_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);

    auto* answers = new QWidget(this);
    auto* below = new FlowLayout(answers);
    below->setContentsMargins(0, 0, 0, 0);
    reading_->setMinimumWidth(reading_->fontMetrics().averageCharWidth() * kReadingCharacters);
    reading_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    below->addWidget(reading_);
    below->addWidget(hint_);
    below->addWidget(ask_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->addWidget(line);
    column->addWidget(problem_);
    column->addWidget(text_, 1);
    column->addWidget(answers);
    column->addWidget(findings_);
    column->addWidget(alternatives_, 1);

    new FocusMark(text_);

    connect(text_, &QPlainTextEdit::textChanged, this, &CueInspector::typed);
    connect(text_, &CaptionEdit::entered, this, &CueInspector::entered);
    connect(text_, &CaptionEdit::left, this, &CueInspector::left);
    connect(text_, &CaptionEdit::accepted, this, &CueInspector::accepted);
    connect(text_, &CaptionEdit::failed, this, &CueInspector::failed);
    for (QLineEdit* field : {start_, end_, length_}) {
        connect(field, &QLineEdit::editingFinished, this, [this, field] { timesEntered(field); });
        connect(field, &QLineEdit::textEdited, this, [this] { tellProblem(nullptr, {}); });
    }
    connect(ask_, &QToolButton::clicked, this, &CueInspector::alternativesRequested);
    connect(alternatives_, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { pick(alternatives_->row(item)); });
    setDocument(nullptr);
}

// What stands in lines of its own needs more height where it is narrow, which splitters do not ask for.
bool CueInspector::event(QEvent* event) {
    if (layout() && (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)) {
        setMinimumHeight(layout()->totalMinimumHeightForWidth(width()));
    }
    return QWidget::event(event);
}

void CueInspector::setDocument(ProjectDocument* document) {
    if (document_) {
        document_->disconnect(this);
    }
    document_ = document;
    row_ = -1;
    clearAlternatives();
    if (document) {
        // The table, which follows the same signals, has moved on to the right row by then.
        connect(document, &ProjectDocument::cuesReplaced, this, [this] {
            tellProblem(nullptr, {});  // of a time that was typed before
            showCue();
        });
        connect(document, &ProjectDocument::reset, this, &CueInspector::showCue);
    }
    showCue();
}

const Cue* CueInspector::cue() const {
    const bool there = document_ && row_ >= 0 && row_ < static_cast<int>(document_->cues().size());
    return there ? &document_->cues()[static_cast<std::size_t>(row_)] : nullptr;
}

void CueInspector::setCurrent(int row) {
    if (row == row_) {
        return;
    }
    row_ = row;
    tellProblem(nullptr, {});
    if (document_) {
        document_->endTyping();
    }
    clearAlternatives();
    showCue();
}

void CueInspector::tabBetween(QWidget* before, QWidget* after) {
    QWidget* last = before;
    for (QWidget* next :
         {static_cast<QWidget*>(start_), static_cast<QWidget*>(end_), static_cast<QWidget*>(length_),
          static_cast<QWidget*>(text_), static_cast<QWidget*>(ask_), static_cast<QWidget*>(alternatives_), after}) {
        setTabOrder(last, next);
        last = next;
    }
}

bool CueInspector::isEdited() const {
    const QWidget* focus = QApplication::focusWidget();
    return focus && isAncestorOf(focus);
}

void CueInspector::editText() {
    text_->setFocus(Qt::ShortcutFocusReason);
    text_->selectAll();
}

void CueInspector::showCue() {
    const Cue* cue = this->cue();
    for (QWidget* widget : {static_cast<QWidget*>(start_), static_cast<QWidget*>(end_), static_cast<QWidget*>(length_),
                            static_cast<QWidget*>(text_)}) {
        widget->setEnabled(cue != nullptr);
    }
    const bool readOnly = document_ && document_->readOnly();
    ask_->setEnabled(cue && !readOnly);
    text_->setReadOnly(readOnly);
    for (QLineEdit* field : {start_, end_, length_}) {
        field->setReadOnly(readOnly);
    }
    start_->setText(cue ? timeText(cue->start) : QString());
    end_->setText(cue ? timeText(cue->end) : QString());
    length_->setText(cue ? timeText(cue->end - cue->start) : QString());
    text_->show(cue ? QString::fromStdString(cue->text) : QString());
    showReading();
}

void CueInspector::showReading() {
    const Cue* cue = this->cue();
    if (!cue) {
        reading_->clear();
        findings_->clear();
        findings_->hide();
        return;
    }
    QString how =
        tr("%n character(s), %1 a second", nullptr, readCharacters(cue->text)).arg(numberText(readingSpeed(*cue), 1));
    if (model_->isHeard()) {
        const DescribedCue* described = model_->described(row_);
        how = described ? saidText(*described) : QStringLiteral("…");
    }
    reading_->setText(cue->confidence > 0.0 ? tr("%1 · confidence %2 %").arg(how).arg(qRound(100.0 * cue->confidence))
                                            : how);
    const QStringList texts = model_->problemTexts(row_);
    findings_->setText(QStringLiteral("⚠ ") + texts.join(QStringLiteral("\n⚠ ")));
    findings_->setVisible(!texts.isEmpty());
}

void CueInspector::setSpelling(SpellChecker* checker) { text_->setSpelling(checker); }

void CueInspector::typed() {
    // Marks on misspelt words count as a change of the text, too.
    if (const Cue* cue = this->cue(); cue && text_->toPlainText() != QString::fromStdString(cue->text)) {
        document_->setText(row_, text_->toPlainText(), ProjectDocument::Step::Typing);
    }
}

void CueInspector::timesEntered(QLineEdit* field) {
    const Cue* cue = this->cue();
    if (!cue || !field->isModified()) {
        return;
    }
    field->setModified(false);
    const MediaTime time = parseTime(field->text());
    const MediaTime start = field == start_ ? time : cue->start;
    const MediaTime end = field == end_ ? time : field == length_ ? cue->start + time : cue->end;
    const QString problem = timeProblem(field->text(), *cue, start, end, document_->project().track.videoDuration);
    if (problem.isEmpty()) {
        document_->endTyping();
        document_->setTimes(row_, start, end);
    }
    showCue();  // as it is, where that was no time
    tellProblem(field, problem);
    if (!problem.isEmpty()) {
        emit failed(problem);  // stays to be read where the field goes on to another cue
    }
}

void CueInspector::tellProblem(QLineEdit* field, const QString& problem) {
    problem_->setText(QStringLiteral("⚠ ") + problem);
    problem_->setVisible(!problem.isEmpty());
    for (QLineEdit* each : {start_, end_, length_}) {
        each->setAccessibleDescription(each == field ? problem : QString());
    }
}

void CueInspector::clearAlternatives() {
    candidates_.clear();
    alternatives_->clear();
    alternatives_->hide();
    hint_->setWordWrap(false);
    hint_->clear();
}

void CueInspector::awaitAlternatives() {
    clearAlternatives();
    hint_->setText(tr("Asking the model…"));
}

void CueInspector::alternativesFailed(const QString& message) {
    clearAlternatives();
    hint_->setWordWrap(true);  // it may be long
    hint_->setText(message);
}

void CueInspector::showAlternatives(const TimeRange& range, const std::vector<CaptionCandidate>& candidates) {
    const Cue* cue = this->cue();
    if (!cue || range != TimeRange{cue->start, cue->end}) {
        return;  // the answer to what is not shown any more
    }
    clearAlternatives();
    candidates_ = candidates;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        const QString text = QString::fromStdString(candidates_[i].text);
        alternatives_->addItem(
            tr("%1   (%2 %)   %3").arg(i + 1).arg(qRound(100.0 * candidates_[i].confidence)).arg(text));
        alternatives_->item(static_cast<int>(i))->setToolTip(text);
    }
    hint_->setText(candidates_.empty() ? tr("The model has nothing else to say.")
                                       : tr("Keys 1–%1").arg(candidates_.size()));
    alternatives_->setVisible(!candidates_.empty());
}

bool CueInspector::pick(int alternative) {
    const Cue* cue = this->cue();
    if (!cue || alternative < 0 || alternative >= static_cast<int>(candidates_.size())) {
        return false;
    }
    const CaptionCandidate& candidate = candidates_[static_cast<std::size_t>(alternative)];
    Cue changed = *cue;
    changed.text = candidate.text;
    changed.confidence = candidate.confidence;
    changed.origin = changed.text == cue->text && !isPeoples(*cue) ? CueOrigin::Accepted : CueOrigin::Edited;
    Cues cues = document_->cues();
    cues[static_cast<std::size_t>(row_)] = changed;
    document_->endTyping();
    document_->edit(tr("Choose caption"), cues);
    emit picked();
    return true;
}

}  // namespace sightline
