#include "ui/video/cue_actions.h"

#include <algorithm>

#include <QTableView>

#include "core/captions/navigation.h"
#include "core/captions/review_queue.h"
#include "ui/video/alternatives_runner.h"
#include "ui/video/cue_clipboard.h"
#include "ui/video/cue_inspector.h"
#include "ui/video/cue_panel.h"
#include "ui/video/project_controller.h"
#include "ui/video/timeline_view.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr qsizetype kMostNumbers = 12;  // of cues in one message
constexpr auto kShortest = 1ms;         // that nudging leaves of a cue
constexpr auto kLeastFrame = 1ms;       // where the frame rate is not known
constexpr auto kLeastMarked = 100ms;    // between the in and the out mark

}  // namespace

CueActions::CueActions(CueViews views, Playhead playhead, QWidget* page)
    : QObject(page), views_(views), playhead_(std::move(playhead)), page_(page),
      alternatives_(std::make_unique<AlternativesRunner>(views.project->hooks().loadCaptioner)) {
    createEdits();
    createTimes();
    createReview();
    createJumps();
    connect(alternatives_.get(), &AlternativesRunner::found, views_.inspector, &CueInspector::showAlternatives);
    connect(alternatives_.get(), &AlternativesRunner::failed, views_.inspector, &CueInspector::alternativesFailed);
    connect(views_.inspector, &CueInspector::alternativesRequested, this, &CueActions::ask);
    connect(views_.inspector, &CueInspector::left, views_.panel,
            [panel = views_.panel] { panel->table()->setFocus(); });
    connect(views_.inspector, &CueInspector::accepted, this, [this] {
        views_.panel->table()->setFocus();
        acceptAndNext();
    });
    updateEnabled();
}

CueActions::~CueActions() = default;

QAction* CueActions::add(QList<QAction*>& menu, const QString& text, const char* name, const QKeySequence& key,
                         Needs needs, std::function<void()> call) {
    auto* action = new QAction(text, page_);
    action->setObjectName(name);
    action->setShortcut(key);
    page_->addAction(action);  // its shortcut works while the menu is hidden
    connect(action, &QAction::triggered, this, std::move(call));
    menu << action;
    entries_.push_back({action, needs, true});
    return action;
}

void CueActions::addHarmless(QList<QAction*>& menu, const QString& text, const char* name, const QKeySequence& key,
                             Needs needs, std::function<void()> call) {
    add(menu, text, name, key, needs, std::move(call));
    entries_.back().changes = false;
}

void CueActions::addSeparator(QList<QAction*>& menu) {
    auto* separator = new QAction(page_);
    separator->setSeparator(true);
    menu << separator;
}

void CueActions::createEdits() {
    auto& menu = editMenu_;
    add(menu, tr("Split at playhead"), "splitCue", QKeySequence(Qt::CTRL | Qt::Key_D), Needs::AnyCue,
        [this] { split(); });
    add(menu, tr("Merge"), "mergeCues", QKeySequence(Qt::CTRL | Qt::Key_M), Needs::CurrentCue, [this] {
        const auto [first, count] = selection();
        edit(tr("Merge"), mergeCues(document_->cues(), first, std::max<std::size_t>(2, count)),
             tr("There is no cue after this one to merge it with."));
    })->setToolTip(tr("Merge the selected cues, or the cue with the next"));
    addSeparator(menu);
    add(menu, tr("Mark in"), "markIn", QKeySequence(Qt::Key_I), Needs::Video, [this] { markIn(); });
    add(menu, tr("Mark out, add cue"), "markOut", QKeySequence(Qt::Key_O), Needs::Video, [this] { markOut(); });
    addSeparator(menu);
    addHarmless(menu, tr("Copy cues"), "copyCues", QKeySequence::Copy, Needs::CurrentCue, [this] { copy(); });
    add(menu, tr("Paste cues at playhead"), "pasteCues", QKeySequence::Paste, Needs::Video, [this] { paste(); });
    addSeparator(menu);
    addHarmless(menu, tr("Find and replace…"), "findReplace", QKeySequence::Find, Needs::AnyCue,
                [this] { emit replaceWanted(); });
    add(menu, tr("Fix what is safe to fix"), "fixAll", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), Needs::AnyCue,
        [this] { fixAll(); });
}

void CueActions::createTimes() {
    auto& menu = editMenu_;
    addSeparator(menu);
    add(menu, tr("Start at playhead"), "startAtPlayhead", QKeySequence(Qt::Key_F11), Needs::CurrentCue, [this] {
        edit(tr("Set start"), setStart(document_->cues(), selection().first, playhead_.position()),
             tr("The cue begins there already."));
    });
    add(menu, tr("End at playhead"), "endAtPlayhead", QKeySequence(Qt::Key_F12), Needs::CurrentCue, [this] {
        edit(tr("Set end"), setEnd(document_->cues(), selection().first, playhead_.position()),
             playhead_.position() > MediaTime::zero() ? tr("The cue ends there already.")
                                                      : tr("A cue cannot end where the video begins."));
    });
    add(menu, tr("Cue a frame earlier"), "nudgeEarlier", QKeySequence(Qt::ALT | Qt::Key_Left), Needs::CurrentCue,
        [this] { nudge(CueEdge::Both, -1); });
    add(menu, tr("Cue a frame later"), "nudgeLater", QKeySequence(Qt::ALT | Qt::Key_Right), Needs::CurrentCue,
        [this] { nudge(CueEdge::Both, 1); });
    add(menu, tr("Start a frame earlier"), "nudgeStartEarlier", QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Left),
        Needs::CurrentCue, [this] { nudge(CueEdge::Start, -1); });
    add(menu, tr("Start a frame later"), "nudgeStartLater", QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Right),
        Needs::CurrentCue, [this] { nudge(CueEdge::Start, 1); });
    add(menu, tr("End a frame earlier"), "nudgeEndEarlier", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Left),
        Needs::CurrentCue, [this] { nudge(CueEdge::End, -1); });
    add(menu, tr("End a frame later"), "nudgeEndLater", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Right),
        Needs::CurrentCue, [this] { nudge(CueEdge::End, 1); });
    add(menu, tr("Shift times…"), "shiftTimes", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T), Needs::AnyCue,
        [this] { emit shiftWanted(); });
}

void CueActions::createReview() {
    auto& menu = reviewMenu_;
    addHarmless(menu, tr("Next least sure cue"), "reviewNext", QKeySequence(Qt::Key_N), Needs::AnyCue,
                [this] { reviewNext(); });
    add(menu, tr("Accept, and next"), "reviewAccept", QKeySequence(Qt::Key_A), Needs::CurrentCue,
        [this] { acceptAndNext(); });
    add(menu, tr("Edit text"), "reviewEdit", QKeySequence(Qt::Key_E), Needs::CurrentCue, [this] { editText(); });
    addSeparator(menu);
    add(menu, tr("Other captions"), "askModel", QKeySequence(Qt::Key_0), Needs::CurrentCue, [this] { ask(); });
    for (int i = 0; i < AlternativesRunner::kCount; ++i) {
        add(menu, tr("Take caption %1").arg(i + 1), qPrintable(QStringLiteral("takeCaption%1").arg(i + 1)),
            QKeySequence(Qt::Key_1 + i), Needs::CurrentCue, [this, i] {
                if (!views_.inspector->pick(i)) {
                    emit told(tr("There is no such caption yet: 0 asks the model."));
                }
            });
    }
    addSeparator(menu);
    add(menu, tr("Caption the selected range again"), "recaption", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
        Needs::CurrentCue, [this] { recaption(); });
}

void CueActions::createJumps() {
    auto& menu = jumpMenu_;
    addHarmless(menu, tr("Next cue"), "nextCue", QKeySequence(Qt::CTRL | Qt::Key_Down), Needs::AnyCue,
                [this] { jump(nextCue(document_->cues(), onScreen())); });
    addHarmless(menu, tr("Previous cue"), "previousCue", QKeySequence(Qt::CTRL | Qt::Key_Up), Needs::AnyCue,
                [this] { jump(previousCue(document_->cues(), onScreen())); });
    addHarmless(menu, tr("Next shot"), "nextShot", QKeySequence(Qt::CTRL | Qt::Key_Right), Needs::AnyCue,
                [this] { jump(nextTime(document_->project().shots, onScreen())); });
    addHarmless(menu, tr("Previous shot"), "previousShot", QKeySequence(Qt::CTRL | Qt::Key_Left), Needs::AnyCue,
                [this] {
                    const auto shot = previousTime(document_->project().shots, onScreen());
                    jump(shot ? shot : MediaTime::zero());  // the first shot is not among the changes
                });
    addHarmless(menu, tr("Next doubtful cue"), "nextDoubtfulCue", QKeySequence(Qt::ALT | Qt::Key_Down), Needs::AnyCue,
                [this] { jump(nextDoubtfulCue(document_->cues(), onScreen(), doubtfulBelow(document_->cues()))); });
    addHarmless(menu, tr("Previous doubtful cue"), "previousDoubtfulCue", QKeySequence(Qt::ALT | Qt::Key_Up),
                Needs::AnyCue,
                [this] { jump(previousDoubtfulCue(document_->cues(), onScreen(), doubtfulBelow(document_->cues()))); });
}

void CueActions::fillEditMenu(QMenu* menu) const { menu->addActions(editMenu_); }

void CueActions::fillReviewMenu(QMenu* menu) const { menu->addActions(reviewMenu_); }

void CueActions::fillJumpMenu(QMenu* menu) const { menu->addActions(jumpMenu_); }

QList<QAction*> CueActions::contextActions() const {
    QList<QAction*> actions;
    for (const char* name : {"reviewEdit", "reviewAccept", "askModel", "recaption", "splitCue", "mergeCues",
                             "startAtPlayhead", "endAtPlayhead", "markIn", "markOut", "copyCues", "pasteCues"}) {
        actions << page_->findChild<QAction*>(QLatin1String(name));
    }
    return actions;
}

void CueActions::setDocument(ProjectDocument* document) {
    document_ = document;
    mark_.reset();
    reviewed_ = -1;
    views_.timeline->setMark({});
    updateEnabled();
}

void CueActions::videoChanged() {
    const QString path = QString::fromStdString(views_.project->videoPath().string());
    const auto open = views_.project->hooks().openVideo;
    alternatives_->setVideo(path.isEmpty() ? AlternativesRunner::SourceOpener() : [open, path] { return open(path); });
}

void CueActions::updateEnabled() {
    const bool video = !views_.project->videoPath().empty();
    const bool cues = document_ && !document_->cues().empty();
    const bool cue = cues && views_.panel->currentRow() >= 0;
    for (const Entry& entry : entries_) {
        const bool has = entry.needs == Needs::Video ? video : entry.needs == Needs::AnyCue ? cues : cue;
        entry.action->setEnabled(has && !(entry.changes && views_.project->isReadOnly()));
    }
}

std::pair<std::size_t, std::size_t> CueActions::selection() const {
    const auto [first, count] = views_.panel->selectedRows();
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(count)};
}

void CueActions::edit(const QString& label, const Cues& cues, const QString& whyNot) {
    document_->endTyping();
    if (cues == document_->cues()) {
        emit told(whyNot);
        return;
    }
    document_->edit(label, cues);
}

void CueActions::split() {
    const MediaTime at = playhead_.position();
    const int row = document_->cueAt(at);
    if (row < 0) {
        emit told(tr("There is no cue at the playhead to split."));
        return;
    }
    edit(tr("Split"), splitCue(document_->cues(), static_cast<std::size_t>(row), at),
         tr("The cue begins at the playhead. Go to where its second part shall begin."));
    views_.panel->setCurrentRow(document_->cueAt(at));
}

void CueActions::editText() {
    playhead_.pause();
    showPictureOf(views_.panel->currentRow());
    views_.inspector->editText();
}

void CueActions::showPictureOf(int row) {
    if (!document_ || row < 0 || row >= static_cast<int>(document_->cues().size()) || playhead_.playing()) {
        return;
    }
    const Cue& cue = document_->cues()[static_cast<std::size_t>(row)];
    const MediaTime there = playhead_.heading();
    if (there < cue.start || there >= cue.end) {
        playhead_.seek(cue.start);
        playhead_.pause();  // a video that has ended would play on from there
    }
}

void CueActions::nudge(CueEdge edge, int frames) {
    const auto row = selection().first;
    const Cue& cue = document_->cues()[row];
    const MediaTime by = frames * std::max<MediaTime>(kLeastFrame, playhead_.frameDuration());
    const MediaTime from = edge == CueEdge::End ? cue.end : cue.start;
    TimeRange limits = edgeLimits(document_->cues(), row, edge, kShortest);
    const MediaTime length = document_->project().track.videoDuration;
    const bool isAtEnd = length > MediaTime::zero() && cue.end >= length;
    if (length > MediaTime::zero() && edge != CueEdge::Start) {
        const MediaTime last = std::max(length, cue.end);
        limits.end = std::min(limits.end, edge == CueEdge::End ? last : last - (cue.end - cue.start));
    }
    QString whyNot = tr("The cue cannot be shorter.");
    if (edge != CueEdge::Start && frames > 0) {
        whyNot = isAtEnd ? tr("The video ends there.") : tr("The next cue begins there: move it first.");
    } else if (edge != CueEdge::End && frames < 0) {
        whyNot =
            from == MediaTime::zero() ? tr("The video begins there.") : tr("The cue before ends there: move it first.");
    }
    edit(tr("Nudge"), dragCue(document_->cues(), row, edge, from + by, limits), whyNot);
}

void CueActions::markIn() {
    mark_ = playhead_.position();
    views_.timeline->setMark(mark_);
    emit told(tr("The cue begins here; O ends it."));
}

void CueActions::markOut() {
    const MediaTime out = playhead_.position();
    if (!mark_) {
        emit told(tr("Mark where the cue begins first, with I."));
        return;
    }
    if (out - *mark_ < kLeastMarked) {
        emit told(tr("The cue has to end after it begins, by a tenth of a second at least. Go on, then press O."));
        return;
    }
    views_.timeline->setMark({});
    views_.project->addCue(*std::exchange(mark_, std::nullopt), out);
}

void CueActions::copy() const {
    Cues copied;
    for (const int row : views_.panel->allSelectedRows()) {
        copied.push_back(document_->cues()[static_cast<std::size_t>(row)]);
    }
    copyToClipboard(copied);
}

void CueActions::paste() {
    const Cues pasted = cuesOnClipboard();
    if (pasted.empty()) {
        emit told(tr("There are no cues on the clipboard."));
        return;
    }
    views_.project->paste(pasted, playhead_.position());
}

void CueActions::fixAll() {
    const Cues fixed = fixCues(document_->cues(), document_->project().shots, views_.panel->limits());
    std::vector<int> changed;
    QStringList numbers;
    for (std::size_t row = 0; row < fixed.size(); ++row) {
        if (fixed[row] != document_->cues()[row]) {
            changed.push_back(static_cast<int>(row));
            numbers << QString::number(row + 1);
        }
    }
    document_->endTyping();
    document_->edit(tr("Fix"), fixed);
    if (changed.empty()) {
        emit told(tr("%n cue(s) repaired.", nullptr, 0));
        return;
    }
    views_.panel->selectRows(changed);
    if (numbers.size() > kMostNumbers) {
        numbers = numbers.mid(0, kMostNumbers) << QStringLiteral("…");
    }
    emit told(tr("%n cue(s) repaired and selected: %1", nullptr, static_cast<int>(changed.size()))
                  .arg(numbers.join(QStringLiteral(", "))));
}

void CueActions::recaption() {
    const auto [first, count] = selection();
    TimeRange range{document_->cues()[first].start, document_->cues()[first].end};
    for (std::size_t row = first; row < first + count; ++row) {
        range.end = std::max(range.end, document_->cues()[row].end);
    }
    views_.project->annotateRange(range);
}

void CueActions::ask() {
    if (const int row = views_.panel->currentRow(); document_ && row >= 0) {
        const Cue& cue = document_->cues()[static_cast<std::size_t>(row)];
        playhead_.pause();
        views_.inspector->awaitAlternatives();
        alternatives_->ask({cue.start, cue.end});
    }
}

void CueActions::acceptAndNext() {
    document_->accept(views_.panel->currentRow());
    reviewNext();
}

TimeRange CueActions::onScreen() const {
    const MediaTime start = playhead_.position();
    return {start, start + playhead_.frameDuration()};
}

void CueActions::jump(std::optional<MediaTime> to) {
    if (!to) {
        emit told(tr("There is none further."));
        return;
    }
    playhead_.seek(*to);
    if (const int row = document_->cueAt(*to); row >= 0) {
        views_.panel->setCurrentRow(row);
    }
}

void CueActions::reviewNext() {
    // Somebody who comes from elsewhere begins with the least sure.
    const int from = views_.panel->currentRow() == reviewed_ ? reviewed_ : -1;
    const int row = nextToReview(document_->cues(), from);
    reviewed_ = row;
    if (row < 0) {
        emit told(tr("Every cue has been reviewed."));
        return;
    }
    playhead_.pause();
    views_.panel->setCurrentRow(row);
    playhead_.seek(document_->cues()[static_cast<std::size_t>(row)].start);
    emit told(tr("%n cue(s) to review", nullptr, static_cast<int>(leftToReview(document_->cues()))));
}

}  // namespace sightline
