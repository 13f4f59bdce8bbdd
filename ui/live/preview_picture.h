// The picture as the page shows it, caption and all, for those who watch elsewhere.
#pragma once

#include <string>

#include <QString>

#include "core/media/frame.h"
#include "ui/player/caption_overlay.h"

namespace sightline {

struct Overlay {
    QString caption;
    QString badge;
    CaptionStyle style;
};

// JPEG, at most 1280 pixels wide, with square pixels. Any thread, while there is a QGuiApplication.
std::string previewJpeg(const Frame& frame, const Overlay& overlay);

}  // namespace sightline
