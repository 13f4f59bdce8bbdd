#include "ui/video/timeline_view.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include "ui/player/focus_mark.h"
#include "ui/video/cue_model.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

const Cues kNoCues;
const std::vector<MediaTime> kNoShots;

constexpr double kGripWidth = 6.0;    // pixels of an edge to either side
constexpr double kSnapWidth = 8.0;    // pixels
constexpr double kLeastMiddle = 6.0;  // pixels of a block that stay for dragging it whole
constexpr double kWheelStep = 1.25;   // zoom of one notch
constexpr int kNotch = 120;           // angleDelta() of one notch
constexpr int kCursorSlack = 12;      // pixels around the playhead that are painted anew with it
constexpr auto kShortestDrag = 100ms;
constexpr auto kShortestFreeDrag = 1ms;

constexpr int kRulerHeight = 22;
constexpr int kThumbnailHeight = 54;
constexpr int kWaveformHeight = 40;
constexpr int kSpeechHeight = 18;
constexpr int kCueHeight = 46;
constexpr int kReferenceHeight = 26;
constexpr int kLaneGap = 2;

int milliseconds(MediaTime time) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

TimelineView::TimelineView(QWidget* parent) : QAbstractScrollArea(parent), cues_(&kNoCues), shots_(&kNoShots) {
    setObjectName("timeline");
    setAccessibleName(tr("Timeline"));
    setWhatsThis(
        tr("Wheel: scroll. Ctrl and wheel: zoom. Drag a block or its edges; Alt drags freely, Shift drags all "
           "following cues along. Double-click on nothing adds a cue."));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    new FocusMark(this);
}

void TimelineView::setContent(const Cues* cues, const std::vector<MediaTime>* shots) {
    cues_ = cues ? cues : &kNoCues;
    shots_ = shots ? shots : &kNoShots;
    current_ = -1;
    refresh();
}

void TimelineView::setReference(Cues cues) {
    reference_ = std::move(cues);
    updateGeometry();
    viewport()->update();
}

void TimelineView::setDuration(MediaTime duration) {
    scale_.setExtent(duration, viewport()->width());
    syncScrollBar();
    viewport()->update();
}

void TimelineView::setFrameRate(double perSecond) { frameRate_ = perSecond; }

void TimelineView::setLimits(const CheckLimits& limits) {
    limits_ = limits;
    viewport()->update();
}

void TimelineView::setThumbnails(ThumbnailProvider* provider) {
    if (thumbnails_) {
        thumbnails_->disconnect(this);
    }
    thumbnails_ = provider;
    if (provider) {
        connect(provider, &ThumbnailProvider::thumbnailReady, viewport(), qOverload<>(&QWidget::update));
    }
    updateGeometry();
    viewport()->update();
}

void TimelineView::setWaveform(WaveformProvider* provider) {
    if (waveform_) {
        waveform_->disconnect(this);
    }
    waveform_ = provider;
    if (provider) {
        connect(provider, &WaveformProvider::peaksReady, viewport(), qOverload<>(&QWidget::update));
    }
    updateGeometry();
    viewport()->update();
}

void TimelineView::setSpeech(std::optional<std::vector<TimeRange>> speech) {
    speech_ = std::move(speech);
    updateGeometry();
    viewport()->update();
}

void TimelineView::setFits(std::vector<CueFit> fits) {
    if (fits != fits_) {
        fits_ = std::move(fits);
        viewport()->update();
    }
}

void TimelineView::refresh() {
    drag_.reset();  // what was dragged may be gone
    preview_.reset();
    snapped_.reset();
    latestEnd_.clear();
    MediaTime latest{};
    for (const Cue& cue : *cues_) {
        latest = std::max(latest, cue.end);
        latestEnd_.push_back(latest);
    }
    viewport()->update();
}

void TimelineView::updateColumn(double pixel) {
    viewport()->update(static_cast<int>(pixel) - kCursorSlack, 0, 2 * kCursorSlack, viewport()->height());
}

void TimelineView::setPlayhead(MediaTime time) {
    if (time == playhead_) {
        return;
    }
    updateColumn(playheadPixel());
    playhead_ = time;
    const double pixel = playheadPixel();
    if (!drag_ && (pixel < 0.0 || pixel >= scale_.width())) {
        scale_.scrollTo(time - scale_.span(scale_.width() * 0.1));
        syncScrollBar();
        viewport()->update();
    }
    updateColumn(pixel);
}

void TimelineView::setCurrent(int row) {
    if (row == current_) {
        return;
    }
    current_ = row;
    if (row >= 0 && row < static_cast<int>(cues_->size())) {
        const Cue& cue = (*cues_)[static_cast<std::size_t>(row)];
        setAccessibleDescription(QString::fromStdString(cue.text));
        if (!drag_ && (cue.end < scale_.start() || cue.start > scale_.start() + scale_.visible())) {
            scale_.scrollTo(cue.start - scale_.visible() / 4);
            syncScrollBar();
        }
    }
    viewport()->update();
}

void TimelineView::setMark(std::optional<MediaTime> in) {
    mark_ = in;
    viewport()->update();
}

void TimelineView::showAll() {
    scale_.showAll();
    syncScrollBar();
    viewport()->update();
}

QSize TimelineView::sizeHint() const {
    return {600, lanes().reference.bottom() + horizontalScrollBar()->sizeHint().height()};
}

QSize TimelineView::minimumSizeHint() const { return {200, sizeHint().height()}; }

TimelineView::Lanes TimelineView::lanes() const {
    Lanes lanes;
    int top = 0;
    const auto place = [&top](Lane& lane, int height, bool there) {
        lane = {top, there ? height : 0};
        top += there ? height + kLaneGap : 0;
    };
    place(lanes.ruler, kRulerHeight, true);
    place(lanes.thumbnails, kThumbnailHeight, thumbnails_ != nullptr);
    place(lanes.waveform, kWaveformHeight, waveform_ != nullptr);
    place(lanes.speech, kSpeechHeight, speech_.has_value());
    place(lanes.cues, kCueHeight, true);
    place(lanes.reference, kReferenceHeight, !reference_.empty());
    return lanes;
}

QRectF TimelineView::blockRect(int row) const {
    const Cue& cue = shown().at(static_cast<std::size_t>(row));
    const Lane lane = lanes().cues;
    const double left = scale_.pixelAt(cue.start);
    return {left, lane.top + 1.0, std::max(1.0, scale_.pixelAt(cue.end) - left), lane.height - 2.0};
}

std::pair<std::size_t, std::size_t> TimelineView::rowsIn(const TimeRange& range) const {
    const auto last = std::ranges::lower_bound(shown(), range.end, {}, &Cue::start);
    std::size_t first = 0;
    if (!preview_) {  // a preview is short-lived; its rows before the view are passed over one by one
        first = static_cast<std::size_t>(std::ranges::upper_bound(latestEnd_, range.start) - latestEnd_.begin());
    }
    return {first, static_cast<std::size_t>(last - shown().begin())};
}

TimelineView::Grip TimelineView::gripAt(const QPointF& position) const {
    const Lane lane = lanes().cues;
    if (position.y() < lane.top || position.y() >= lane.bottom()) {
        return {};
    }
    Grip best;
    double nearest = kGripWidth;
    const auto [first, last] =
        rowsIn({scale_.timeAt(position.x() - kGripWidth), scale_.timeAt(position.x() + kGripWidth)});
    for (std::size_t row = first; row < last; ++row) {
        const QRectF block = blockRect(static_cast<int>(row));
        const double inward = std::clamp((block.width() - kLeastMiddle) / 2, 0.0, kGripWidth);
        const double x = position.x();
        const bool inside = x >= block.left() && x < block.right();
        const double fromLeft = x - block.left();
        const double fromRight = block.right() - x;
        if (fromLeft > -nearest && fromLeft < inward) {
            best = {static_cast<int>(row), CueEdge::Start};
            nearest = inside ? 0.0 : -fromLeft;
        } else if (fromRight > -nearest && fromRight < inward) {
            best = {static_cast<int>(row), CueEdge::End};
            nearest = inside ? 0.0 : -fromRight;
        } else if (inside) {
            best = {static_cast<int>(row), CueEdge::Both};
            nearest = 0.0;
        }
    }
    return best;
}

MediaTime TimelineView::snap(MediaTime time, int row) {
    const MediaTime reach = scale_.span(kSnapWidth);
    MediaTime best = reach + 1ns;
    const MediaTime asked = time;
    const auto offer = [&](MediaTime target) {
        if (std::chrono::abs(target - asked) < best) {
            best = std::chrono::abs(target - asked);
            time = target;
            snapped_ = target;
        }
    };
    snapped_.reset();
    for (auto shot = std::ranges::lower_bound(*shots_, asked - reach); shot != shots_->end() && *shot <= asked + reach;
         ++shot) {
        offer(*shot);
    }
    const auto [first, last] = rowsIn({asked - reach, asked + reach + 1ns});
    const Cues& cues = drag_ ? drag_->before : *cues_;
    for (std::size_t other = first; other < std::min(last, cues.size()); ++other) {
        if (static_cast<int>(other) != row) {
            offer(cues[other].start);
            offer(cues[other].end);
        }
    }
    offer(playhead_);
    return time;
}

MediaTime TimelineView::snapWhole(MediaTime start, MediaTime length, int row) {
    const MediaTime byStart = snap(start, row);
    const auto startSnap = snapped_;
    const MediaTime byEnd = snap(start + length, row) - length;
    const auto endSnap = snapped_;
    const bool useStart =
        startSnap && (!endSnap || std::chrono::abs(byStart - start) <= std::chrono::abs(byEnd - start));
    snapped_ = useStart ? startSnap : endSnap;
    return useStart ? byStart : byEnd;
}

void TimelineView::dragTo(const QPointF& position, Qt::KeyboardModifiers modifiers) {
    drag_->pointer = position;
    const Grip grip = drag_->grip;
    const auto row = static_cast<std::size_t>(grip.row);
    const Cue& cue = drag_->before[row];
    const bool free = modifiers.testFlag(Qt::AltModifier);
    MediaTime to = scale_.timeAt(position.x()) - drag_->offset;
    snapped_.reset();
    preview_.reset();  // snapping looks at the cues as they were
    if (!free) {
        to = grip.edge == CueEdge::Both ? snapWhole(to, cue.end - cue.start, grip.row) : snap(to, grip.row);
        to = snapped_ ? to : onFrame(to);
    }
    if (grip.edge == CueEdge::Both && modifiers.testFlag(Qt::ShiftModifier)) {
        preview_ = free ? shiftCues(drag_->before, row, drag_->before.size() - row, to - cue.start)
                        : shiftFollowing(drag_->before, row, to - cue.start);
    } else {
        TimeRange limits = edgeLimits(drag_->before, row, grip.edge, free ? kShortestFreeDrag : kShortestDrag);
        if (free) {
            limits.start = grip.edge == CueEdge::End ? limits.start : 0ns;
            limits.end = grip.edge == CueEdge::Start ? limits.end : MediaTime::max();
        }
        preview_ = dragCue(drag_->before, row, grip.edge, to, limits);
    }
    viewport()->update();
}

MediaTime TimelineView::onFrame(MediaTime time) const {
    if (frameRate_ <= 0.0) {
        return time;
    }
    const double frame = std::round(toSeconds(time) * frameRate_);
    // Down to the millisecond, as caption files write it: also files whose own times are so rounded then begin no frame
    // before the cue.
    const auto start = std::chrono::round<MediaTime>(std::chrono::duration<double>(frame / frameRate_));
    return std::chrono::floor<std::chrono::milliseconds>(start);
}

QString TimelineView::dragText() const {
    if (!drag_ || !preview_ || drag_->grip.row < 0) {
        return {};
    }
    const auto row = static_cast<std::size_t>(drag_->grip.row);
    if (row >= preview_->size()) {
        return {};
    }
    const Cue& cue = (*preview_)[row];
    const MediaTime at = drag_->grip.edge == CueEdge::End ? cue.end : cue.start;
    QString text = timeText(at);
    if (drag_->grip.edge == CueEdge::Both) {
        text = tr("%1 to %2").arg(text, timeText(cue.end));
    }
    return frameRate_ > 0.0 ? tr("%1 · frame %2").arg(text).arg(std::llround(toSeconds(at) * frameRate_)) : text;
}

void TimelineView::seekTo(double pixel) {
    emit seekRequested(std::clamp(scale_.timeAt(pixel), MediaTime::zero(), scale_.duration()));
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || scale_.duration() == MediaTime::zero()) {
        return;
    }
    Drag drag;
    drag.grip = gripAt(event->position());
    drag.pressed = event->position();
    drag.scrubbing = drag.grip.row < 0;
    if (drag.grip.row >= 0) {
        const Cue& cue = (*cues_)[static_cast<std::size_t>(drag.grip.row)];
        const MediaTime held = drag.grip.edge == CueEdge::End ? cue.end : cue.start;
        drag.offset = scale_.timeAt(event->position().x()) - held;
        drag.before = *cues_;
        emit currentRequested(drag.grip.row);
    } else {
        seekTo(event->position().x());
    }
    drag_ = std::move(drag);
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    if (!drag_) {
        const Grip grip = gripAt(event->position());
        viewport()->setCursor(grip.row < 0                 ? Qt::ArrowCursor
                              : grip.edge == CueEdge::Both ? Qt::OpenHandCursor
                                                           : Qt::SizeHorCursor);
        return;
    }
    if (drag_->scrubbing) {
        seekTo(event->position().x());
        return;
    }
    drag_->moved =
        drag_->moved || (event->position() - drag_->pressed).manhattanLength() >= QApplication::startDragDistance();
    if (drag_->moved) {
        dragTo(event->position(), event->modifiers());
    }
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !drag_) {
        return;
    }
    const auto drag = std::exchange(drag_, std::nullopt);
    const auto preview = std::exchange(preview_, std::nullopt);
    snapped_.reset();
    viewport()->update();
    if (preview && *preview != drag->before) {
        emit edited(drag->grip.edge == CueEdge::Both ? tr("Move cue") : tr("Change times"), *preview);
    } else if (!drag->scrubbing && !drag->moved) {
        const Cue& cue = drag->before[static_cast<std::size_t>(drag->grip.row)];
        emit cueClicked(std::clamp(scale_.timeAt(event->position().x()), cue.start, cue.end - MediaTime(1)));
    }
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent* event) {
    const Grip grip = gripAt(event->position());
    const Lane lane = lanes().cues;
    if (grip.row >= 0) {
        emit editRequested(grip.row);
    } else if (event->position().y() >= lane.top && event->position().y() < lane.bottom()) {
        emit addRequested(std::clamp(scale_.timeAt(event->position().x()), MediaTime::zero(), scale_.duration()));
    }
}

void TimelineView::contextMenuEvent(QContextMenuEvent* event) {
    QPoint place = event->pos();
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const bool there = current_ >= 0 && current_ < static_cast<int>(shown().size());
        place = there ? blockRect(current_).center().toPoint() : viewport()->rect().center();
        place.setX(std::clamp(place.x(), 0, viewport()->width()));
    } else if (const Grip grip = gripAt(event->pos()); grip.row >= 0) {
        emit currentRequested(grip.row);
    }
    QMenu menu(this);
    menu.addActions(actions());
    menu.addSeparator();
    menu.addAction(tr("Zoom in"), this, &TimelineView::zoomIn);
    menu.addAction(tr("Zoom out"), this, &TimelineView::zoomOut);
    menu.addAction(tr("Show the whole video"), this, &TimelineView::showAll);
    menu.exec(viewport()->mapToGlobal(place));
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        zoomAt(std::pow(kWheelStep, static_cast<double>(delta.y()) / kNotch), event->position().x());
    } else {
        const int steps = std::abs(delta.x()) > std::abs(delta.y()) ? delta.x() : delta.y();
        scale_.scrollTo(scale_.start() - scale_.visible() * steps / (8 * kNotch));
        syncScrollBar();
        viewport()->update();
    }
    event->accept();
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal: zoomIn(); break;
        case Qt::Key_Minus: zoomOut(); break;
        case Qt::Key_Escape:
            drag_.reset();
            preview_.reset();
            snapped_.reset();
            viewport()->update();
            break;
        default: QAbstractScrollArea::keyPressEvent(event);
    }
}

double TimelineView::playheadPixel() const { return scale_.pixelAt(playhead_); }

void TimelineView::zoomAt(double factor, double pixel) {
    scale_.zoom(factor, std::clamp(pixel, 0.0, static_cast<double>(scale_.width())));
    syncScrollBar();
    viewport()->update();
}

void TimelineView::syncScrollBar() {
    QScrollBar* bar = horizontalScrollBar();
    const QSignalBlocker blocker(bar);  // scrollContentsBy would round the start to milliseconds
    bar->setRange(0, std::max(0, milliseconds(scale_.duration() - scale_.visible())));
    bar->setPageStep(std::max(1, milliseconds(scale_.visible())));
    bar->setSingleStep(std::max(1, milliseconds(scale_.visible()) / 10));
    bar->setValue(milliseconds(scale_.start()));
}

void TimelineView::scrollContentsBy(int, int) {
    scale_.scrollTo(std::chrono::milliseconds(horizontalScrollBar()->value()));
    viewport()->update();
}

void TimelineView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    scale_.setExtent(scale_.duration(), viewport()->width());
    syncScrollBar();
}

void TimelineView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        viewport()->update();
    }
}

}  // namespace sightline
