#include "core/annotate/replace_rule.h"

namespace sightline {

OutputOwner ownerOf(const OutputFacts& facts) {
    if (!facts.isReadable) {
        return OutputOwner::Unreadable;
    }
    if (facts.digest == facts.written || facts.digest == facts.takenOver) {
        return OutputOwner::Program;
    }
    return facts.written.empty() ? OutputOwner::Foreign : OutputOwner::Edited;
}

OutputAction decideOutput(const OutputFacts& facts, Existing existing) {
    if (!facts.isThere) {
        return OutputAction::Write;
    }
    if (!facts.isReadable) {  // a folder cannot be kept beside itself
        return OutputAction::LeaveAlone;
    }
    if (facts.digest == facts.fresh) {
        return OutputAction::Keep;
    }
    const bool isAsWritten = facts.digest == facts.written && facts.digest != facts.takenOver;
    if (existing == Existing::Replace) {
        return isAsWritten ? OutputAction::Write : OutputAction::WriteKeepingFormer;
    }
    if (ownerOf(facts) != OutputOwner::Program) {
        return OutputAction::LeaveAlone;
    }
    if (existing == Existing::Skip) {
        return OutputAction::Keep;
    }
    return isAsWritten ? OutputAction::Write : OutputAction::WriteKeepingFormer;
}

}  // namespace sightline
