// Chooses what is watched: a camera by name, an address, the screen or a file; and tells how it is.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "core/media/live/camera_list.h"
#include "core/media/live/reconnecting_source.h"

class QComboBox;
class QLabel;

namespace sightline {

// UI thread only.
class SourceBar final : public QWidget {
    Q_OBJECT

public:
    using ListCameras = std::function<std::vector<Camera>()>;
    using ChooseFile = std::function<QString(QWidget*)>;

    SourceBar(ListCameras listCameras, ChooseFile chooseFile, QWidget* parent = nullptr);

    // Of what is chosen or typed, as openSource() takes it; empty when nothing is.
    QString address() const;
    void setAddress(const QString& address);

    // Whose state is told from now on; null for none.
    void watch(std::shared_ptr<SourceHealth> health);

signals:
    void chosen(const QString& address);
    void problemChanged(const QString& problem);  // why the source gives no pictures; empty once it gives them

private:
    void listSources();
    void take(int index);
    void tell();
    void tellProblem(const QString& problem);

    const ListCameras listCameras_;
    const ChooseFile chooseFile_;
    QComboBox* box_;
    QLabel* status_;
    QTimer timer_;
    QString problem_;
    QString hidden_;  // the address that was set ...
    QString shown_;   // ... and how it is shown, without passwords
    std::shared_ptr<SourceHealth> health_;
};

}  // namespace sightline
