// What someone who helps with a problem needs to know of this program and machine.
#pragma once

#include <QString>

namespace sightline {

class MainWindow;

// Lines of text, without names of files or folders. UI thread only.
QString diagnosticsText(MainWindow& window);

}  // namespace sightline
