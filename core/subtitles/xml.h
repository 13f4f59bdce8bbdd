// XML documents for the formats that are some: pugixml, and what it leaves to its user.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "core/base/result.h"
#include "core/subtitles/text.h"

namespace sightline {

// Keeps white space as it is. Document type definitions are skipped and entities other than XML's five never resolved,
// so no other file is opened and nothing expands; elements nest at most 256 deep, so recursion over them is safe.
// Errors: Corrupt, with the line.
Result<void> parseXml(std::string_view utf8, pugi::xml_document& document);

// "p" for "tt:p": the prefixes of namespaces are the file's choice.
std::string_view localName(const char* name);
// By its local name.
std::string_view attribute(const pugi::xml_node& node, std::string_view name);
// Of a node of a document parsed from the text of `lines`, from 1.
std::size_t lineOf(const LineNumbers& lines, const pugi::xml_node& node);
// The local name of the root element, without parsing more than what stands before it; empty when there is none.
std::string_view rootName(std::string_view utf8);

// Starts a new line in `parent`, `depth` levels in: pugixml's own layout would put white space into texts.
void newLine(pugi::xml_node parent, int depth);
// The document without any layout of its own, after an XML declaration.
std::string serialised(const pugi::xml_document& document);

}  // namespace sightline
