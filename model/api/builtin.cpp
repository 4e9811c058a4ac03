#include "model/api/builtin.h"

// The assembler copies the file of resources/schema/CMakeLists.txt into the program's read-only data.
__asm__(".section .rodata\n"
        ".balign 16\n"
        "meshwright_bundle_begin:\n"
        ".incbin \"" MESHWRIGHT_BUNDLE "\"\n"
        "meshwright_bundle_end:\n"
        ".byte 0\n"
        ".previous\n");

extern "C" {
extern const char meshwright_bundle_begin[] __attribute__((visibility("hidden")));
extern const char meshwright_bundle_end[] __attribute__((visibility("hidden")));
}

namespace model::api {

std::string_view builtInBundle()
{
    return {meshwright_bundle_begin, static_cast<std::size_t>(meshwright_bundle_end - meshwright_bundle_begin)};
}

} // namespace model::api
