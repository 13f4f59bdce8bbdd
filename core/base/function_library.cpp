#include "core/base/function_library.h"

#include <dlfcn.h>

#include <fmt/format.h>

namespace sightline {

Result<const void*> loadTable(const std::string& library, const std::string& table, const std::string& what) {
    void* handle = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
    const void* found = handle ? ::dlsym(handle, table.c_str()) : nullptr;
    if (!found) {
        const char* why = ::dlerror();
        return fail(
            ErrorCode::Unsupported,
            fmt::format("{} cannot be loaded, which this needs: {} is not there, or libraries of its own are not. "
                        "Install the program again.",
                        what, library),
            why ? why : "");
    }
    return found;
}

}  // namespace sightline
