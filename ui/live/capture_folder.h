// Where recordings and snapshots go.
#pragma once

#include <filesystem>
#include <memory>

#include <QCoreApplication>
#include <QString>

#include "core/base/errands.h"
#include "core/base/result.h"
#include "core/pipeline/latest_frame.h"

class QSettings;

namespace sightline {

// UI thread only; what snapshot() returns runs on any thread.
class CaptureFolder {
    Q_DECLARE_TR_FUNCTIONS(sightline::CaptureFolder)

public:
    // `usual`: where nobody chose another one in the Preferences, which `settings` keeps; null: nobody can.
    CaptureFolder(std::filesystem::path usual, std::shared_ptr<QSettings> settings);

    // Of a file that is not there yet, named after the present time, in the folder, which is made. Error: Io, it cannot
    // be.
    Result<std::filesystem::path> newName(const char* extension) const;

    // Writes the frame's picture with its caption, source and time of capture as the PNG file `name`.
    static Errands::Errand snapshot(const FramePtr& frame, const QString& caption, const QString& source,
                                    const std::filesystem::path& name);

private:
    const std::filesystem::path usual_;
    const std::shared_ptr<QSettings> settings_;
};

}  // namespace sightline
