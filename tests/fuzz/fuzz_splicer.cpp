// Any text, any edit: no crash, no endless loop, and what an edit wrote can be read again as far as before.
#include "model/source/edit.h"

#include <cstdint>
#include <cstdlib>

using namespace model;
using namespace model::source;

namespace {

/// Reads the commands out of the input's first bytes.
struct Input {
    std::string_view rest;
    unsigned byte()
    {
        if (rest.empty()) return 0;
        const auto value = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        return value;
    }
};

bool isSound(const Revision& revision) { return revision.tree().findings.empty(); }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Input input{{reinterpret_cast<const char*>(data), size}};
    const unsigned command = input.byte(), which = input.byte(), position = input.byte() % 8;
    const auto before = Revision::of(std::string(input.rest));
    const auto& places = before->map().places();
    std::string path = "node.id";
    if (!places.empty()) path = std::next(places.begin(), static_cast<std::ptrdiff_t>(which % places.size()))->first;
    const auto edit = [&]() -> Result<std::vector<Splice>> {
        switch (command % 6) {
        case 0: return set(*before, path, "other");
        case 1: return set(*before, path, "{a: [1, \"on\"]}");
        case 2: return clear(*before, path);
        case 3: return insert(*before, path, static_cast<int>(position), "a: 1\nb: [x]\n");
        case 4: return source::move(*before, path, static_cast<int>(position));
        default: return renameKey(*before, path, "new_name");
        }
    }();
    if (!edit) return 0;
    const std::string text = source::apply(before->text(), *edit);
    const auto after = Revision::next(before, text);
    if (isSound(*before) && before->tree().documents.size() == 1 && !before->tree().hasAliases && !after->tree().root &&
        command % 6 != 2)
        std::abort();
    return 0;
}
