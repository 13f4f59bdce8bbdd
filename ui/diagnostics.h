// What someone who helps with a problem needs to know of this program and machine.
#pragma once

#include <QString>

#include "ui/lab/cpu_settings.h"

namespace sightline {

class MainWindow;

// The program and the libraries it runs on, a line each. Any thread.
QString versionsText();

// The model in use and whether it came with this release; empty where there is none. Quick.
QString modelText(const CpuSettingsStore& store);

// Lines of text, without names of files or folders. `store` tells model and threads; it may be empty. Reads the model's
// bundle, which takes a moment. UI thread only.
QString diagnosticsText(MainWindow& window, const CpuSettingsStore& store);

}  // namespace sightline
