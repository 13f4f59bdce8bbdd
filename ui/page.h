// One page of the window: what is switched by the tabs.
#pragma once

#include <QMenu>
#include <QWidget>

namespace sightline {

// UI thread only. A page owns its actions and its tool bar; the window shows its menus while the page is the one shown.
class Page : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual QString title() const = 0;  // on its tab
    // Owned by the page; the window puts them into its menu bar.
    virtual QList<QMenu*> menus() const = 0;
    // Those of them whose keys work in full screen: what they do is seen there.
    virtual QList<QMenu*> pictureMenus() const { return menus(); }
    // For the window's title; empty for none.
    virtual QString documentName() const { return {}; }
    virtual bool documentModified() const { return false; }

    // What the key for the next part goes through, in this order.
    virtual QList<QWidget*> panes() const = 0;
    // Full screen: as little as possible beside the picture.
    virtual void setPictureOnly(bool) {}

    // What is open on it, a video or a live source, is open no longer. Edits are kept.
    virtual void closeDocument() {}

    // The page is shown from now on, or not any more.
    virtual void enter() {}
    virtual void leave() {}

signals:
    void shownWanted();                   // something was opened on this page
    void documentChanged();               // its name, or whether it is modified
    void told(const QString& message);    // for the status bar, which may pass unseen
    void warned(const QString& message);  // above the pages, until it is closed: what must be seen
};

}  // namespace sightline
