// Widgets in a row that goes on in the next line where it is too long, as words do.
#pragma once

#include <QLayout>

namespace sightline {

// UI thread only. Widgets that want to expand share what is left of their line.
class FlowLayout final : public QLayout {
public:
    explicit FlowLayout(QWidget* parent = nullptr) : QLayout(parent) {}
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { items_ << item; }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange({0, 0, width, 0}, false); }
    QSize sizeHint() const override;     // all in one line
    QSize minimumSize() const override;  // the widest one
    void setGeometry(const QRect& place) override;

private:
    // Returns the height that the lines take.
    int arrange(const QRect& place, bool moves) const;

    QList<QLayoutItem*> items_;
};

}  // namespace sightline
