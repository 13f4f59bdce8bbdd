// A line above the page that tells something and asks, without getting in the way.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <QFrame>

class QBoxLayout;
class QLabel;

namespace sightline {

// UI thread only. One message at a time; a new one takes the place of the old.
class MessageBar final : public QFrame {
    Q_OBJECT

public:
    using Answers = std::vector<std::pair<QString, std::function<void()>>>;

    explicit MessageBar(QWidget* parent = nullptr);

    // Each answer is a button, which hides the bar and then calls; the first is the one that does no harm.
    void ask(const QString& text, const Answers& answers);
    QString text() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    QLabel* label_;
    QBoxLayout* row_;  // text and buttons, one above the other where the window is narrow
    QWidget* answers_;
    QList<QWidget*> buttons_;
};

}  // namespace sightline
