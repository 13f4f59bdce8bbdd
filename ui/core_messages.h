// What core says to people, in its own English: the messages of its errors and warnings, and what the system says in
// them.
#pragma once

#include <span>

namespace sightline {

// As fmt takes them, but with {} for every gap, whatever it holds and how; gaps that touch are one. A message that is
// put together of parts stands here as a whole where its parts would make no sentence in other languages. The
// translations are in the context "core", with numbered gaps: {0}, {1}. tests/check_core_messages.py finds what is
// missing. Any thread.
std::span<const char* const> coreMessages();

}  // namespace sightline
