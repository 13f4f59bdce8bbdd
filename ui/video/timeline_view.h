// The cues of a video along its time: a ruler, pictures and sound where they are provided, speech and what is said
// between where that is known, cue blocks, shot changes and the playhead.
//
// Wheel: scroll; with Ctrl: zoom at the pointer. Click: the playhead and the cue go there. Drag a block's edges or its
// middle; edges snap to shot changes, neighbours and the playhead, else to frames, and stop at neighbours; Alt
// overrides both. Beside the pointer stand the time and the frame. Shift drags all following cues along. Drag in the
// ruler: scrub. Double-click on nothing: a new cue.
#pragma once

#include <optional>

#include <QAbstractScrollArea>
#include <QPointer>

#include "core/captions/cue_checks.h"
#include "ui/video/timeline_lanes.h"
#include "ui/video/timeline_scale.h"

namespace sightline {

// UI thread only. Changes nothing itself: a finished drag comes out as edited().
class TimelineView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit TimelineView(QWidget* parent = nullptr);

    // Borrowed, until the next call; null for none. Call refresh() after any change of them.
    void setContent(const Cues* cues, const std::vector<MediaTime>* shots);
    void setReference(Cues cues);  // a second track, to compare with; empty hides its lane
    const Cues& reference() const { return reference_; }
    void setDuration(MediaTime duration);
    void setFrameRate(double perSecond);  // zero: unknown, nothing snaps to frames
    void setLimits(const CheckLimits& limits);
    void setThumbnails(ThumbnailProvider* provider);  // borrowed; null hides the lane
    void setWaveform(WaveformProvider* provider);     // as above
    // Where people speak; nothing hides the lane.
    void setSpeech(std::optional<std::vector<TimeRange>> speech);
    // How each row fits as audio description, which is what the blocks' colours tell then; empty: they tell the source.
    void setFits(std::vector<CueFit> fits);
    void refresh();

    void setPlayhead(MediaTime time);           // keeps it in view, unless the user is dragging
    void setCurrent(int row);                   // -1 for none; scrolls to it when it lies outside
    void setMark(std::optional<MediaTime> in);  // start of a cue that is being marked

    MediaTime playhead() const { return playhead_; }
    int current() const { return current_; }
    const TimelineScale& scale() const { return scale_; }
    // The block's place in the viewport.
    QRectF blockRect(int row) const;
    QString dragText() const;  // where a drag has come to; empty without one

    void zoomIn() { zoomAt(kZoomStep, playheadPixel()); }
    void zoomOut() { zoomAt(1.0 / kZoomStep, playheadPixel()); }
    void showAll();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void seekRequested(MediaTime time);
    void currentRequested(int row);
    void cueClicked(MediaTime time);  // within the cue that currentRequested() named before
    void edited(const QString& label, const Cues& cues);
    void addRequested(MediaTime at);
    void editRequested(int row);  // its text

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent* event) override;

private:
    static constexpr double kZoomStep = 1.5;

    struct Lane {
        int top = 0;
        int height = 0;
        int bottom() const { return top + height; }
    };
    struct Lanes {
        Lane ruler, thumbnails, waveform, speech, cues, reference;
    };
    struct Grip {  // what lies under the pointer
        int row = -1;
        CueEdge edge = CueEdge::Both;
    };
    struct Drag {
        Grip grip;
        QPointF pressed;
        QPointF pointer;
        MediaTime offset{};  // from the edge to the pointer
        Qt::KeyboardModifiers modifiers;
        bool moved = false;
        bool scrubbing = false;
        Cues before;
    };

    Lanes lanes() const;
    const Cues& shown() const { return preview_ ? *preview_ : *cues_; }
    // Rows that [from, to) may touch.
    std::pair<std::size_t, std::size_t> rowsIn(const TimeRange& range) const;
    Grip gripAt(const QPointF& position) const;
    void dragTo(const QPointF& position, Qt::KeyboardModifiers modifiers);
    // `time`, or where it snaps to; leaves the snapped time in snapped_.
    MediaTime snap(MediaTime time, int row);
    MediaTime snapWhole(MediaTime start, MediaTime length, int row);
    MediaTime onFrame(MediaTime time) const;  // the beginning of the nearest one
    void seekTo(double pixel);
    void zoomAt(double factor, double pixel);
    double playheadPixel() const;
    void syncScrollBar();
    void updateColumn(double pixel);

    void paintRuler(QPainter& painter, const QRect& clip) const;
    void paintThumbnails(QPainter& painter, const QRect& clip);
    void paintWaveform(QPainter& painter, const QRect& clip);
    void paintSpeech(QPainter& painter, const QRect& clip) const;
    void paintShots(QPainter& painter, const QRect& clip) const;
    void paintCues(QPainter& painter, const QRect& clip) const;
    Fit fitOf(std::size_t row) const { return row < fits_.size() ? fits_[row].fit : Fit::Unknown; }
    void paintBlock(QPainter& painter, const QRectF& block, std::size_t row) const;
    void paintReference(QPainter& painter, const QRect& clip) const;
    void paintPlayhead(QPainter& painter) const;
    void paintDragText(QPainter& painter) const;

    const Cues* cues_;
    const std::vector<MediaTime>* shots_;
    std::vector<MediaTime> latestEnd_;  // of the cues up to each row, to find the first that reaches into view
    Cues reference_;
    std::optional<std::vector<TimeRange>> speech_;
    std::vector<CueFit> fits_;
    CheckLimits limits_ = CheckLimits::descriptions();
    QPointer<ThumbnailProvider> thumbnails_;
    QPointer<WaveformProvider> waveform_;
    TimelineScale scale_;
    double frameRate_ = 0.0;
    MediaTime playhead_{};
    int current_ = -1;
    std::optional<MediaTime> mark_;
    std::optional<MediaTime> snapped_;
    std::optional<Drag> drag_;
    std::optional<Cues> preview_;  // the cues as the drag would leave them
};

}  // namespace sightline
