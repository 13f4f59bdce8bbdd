// Errors of core in the language of the window. core itself speaks English, as the log and the command line do.
#pragma once

#include <string>

#include <QString>

#include "core/base/result.h"

namespace sightline {

// The message as core would word it in the window's language: the entry of coreMessages() with the most literal text
// that it may have been made from, in translation, with what stood in its gaps. Gaps that are messages themselves are
// translated too. Unchanged where no entry fits, and in an English window.
// Time is bounded whatever the message holds. Calling thread: ui, whose translators it asks.
QString errorText(const Error& error);
QString errorText(const std::string& message);
QString errorText(const QString& message);

}  // namespace sightline
