#include "core/subtitles/xml.h"

#include <algorithm>
#include <cstring>
#include <sstream>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"

namespace sightline {
namespace {

constexpr int kMaxDepth = 256;
constexpr unsigned kParseOptions = pugi::parse_default | pugi::parse_ws_pcdata;

// Finds the first element that is nested too deep, without recursion.
pugi::xml_node tooDeep(const pugi::xml_node& root) {
    int depth = 0;
    for (pugi::xml_node node = root.first_child(); node;) {
        if (depth > kMaxDepth) {
            return node;
        }
        if (node.first_child()) {
            node = node.first_child();
            ++depth;
            continue;
        }
        while (node && !node.next_sibling()) {
            node = node.parent();
            --depth;
            if (node == root) {
                return {};
            }
        }
        node = node.next_sibling();
    }
    return {};
}

}  // namespace

Result<void> parseXml(std::string_view utf8, pugi::xml_document& document) {
    const auto parsed = document.load_buffer(utf8.data(), utf8.size(), kParseOptions, pugi::encoding_utf8);
    if (!parsed) {
        return corrupt(lineAt(utf8, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0))),
                       "is not well-formed XML", "Correct it or get an intact file.", parsed.description());
    }
    if (const pugi::xml_node node = tooDeep(document)) {
        return corrupt(lineOf(LineNumbers(utf8), node), "nests too deep for a caption file", "Choose another file.");
    }
    return {};
}

std::string_view localName(const char* name) {
    const char* colon = std::strchr(name, ':');
    return colon == nullptr ? name : colon + 1;
}

std::string_view attribute(const pugi::xml_node& node, std::string_view name) {
    for (const pugi::xml_attribute& candidate : node.attributes()) {
        if (localName(candidate.name()) == name) {
            return candidate.value();
        }
    }
    return {};
}

std::size_t lineOf(const LineNumbers& lines, const pugi::xml_node& node) {
    return lines.at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0)));
}

std::string_view rootName(std::string_view utf8) {
    while (true) {
        utf8.remove_prefix(std::min(utf8.find_first_not_of(" \t\r\n"), utf8.size()));
        const bool comment = utf8.starts_with("<!--");
        if (!comment && !utf8.starts_with("<?") && !utf8.starts_with("<!")) {
            break;
        }
        const std::string_view close = comment ? "-->" : ">";
        const std::size_t end = utf8.find(close);
        utf8.remove_prefix(end == std::string_view::npos ? utf8.size() : end + close.size());
    }
    if (!utf8.starts_with('<')) {
        return {};
    }
    const std::string_view name = utf8.substr(1, std::min(utf8.find_first_of(" \t\r\n/>"), utf8.size()) - 1);
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void newLine(pugi::xml_node parent, int depth) {
    std::string text(1U + 2U * static_cast<unsigned>(depth), ' ');
    text[0] = '\n';
    parent.append_child(pugi::node_pcdata).set_value(text.c_str());
}

std::string serialised(const pugi::xml_document& document) {
    std::ostringstream stream;
    stream << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    document.save(stream, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    stream << "\n";
    return std::move(stream).str();
}

}  // namespace sightline
