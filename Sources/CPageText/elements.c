#include "elements.h"

#include <string.h>

struct entry {
    const char *name;
    enum nd_element element;
};

// By length, the most frequent first: a page's tags are mostly inline ones, which are told apart by the first bytes.
static const struct entry entries[] = {
    {"p", ND_PARAGRAPH},
    {"li", ND_ITEM}, {"br", ND_BREAK}, {"td", ND_CELL}, {"tr", ND_ROW}, {"ul", ND_BLOCK}, {"h1", ND_BLOCK},
    {"h2", ND_BLOCK}, {"h3", ND_BLOCK}, {"h4", ND_BLOCK}, {"h5", ND_BLOCK}, {"h6", ND_BLOCK}, {"th", ND_CELL},
    {"dt", ND_DEFINITION}, {"dd", ND_DEFINITION}, {"dl", ND_BLOCK}, {"ol", ND_BLOCK}, {"hr", ND_BREAK},
    {"div", ND_BLOCK}, {"svg", ND_FOREIGN}, {"pre", ND_PRE}, {"nav", ND_BLOCK}, {"dir", ND_BLOCK}, {"xmp", ND_RAW},
    {"form", ND_BLOCK}, {"main", ND_BLOCK}, {"math", ND_FOREIGN}, {"menu", ND_BLOCK}, {"body", ND_BREAK},
    {"title", ND_TITLE}, {"table", ND_TABLE}, {"style", ND_RAW}, {"tbody", ND_ROWS}, {"thead", ND_ROWS},
    {"tfoot", ND_ROWS}, {"aside", ND_BLOCK}, {"video", ND_HIDDEN}, {"audio", ND_HIDDEN},
    {"script", ND_RAW}, {"option", ND_OPTION}, {"header", ND_BLOCK}, {"footer", ND_BLOCK}, {"figure", ND_BLOCK},
    {"iframe", ND_RAW}, {"object", ND_HIDDEN}, {"canvas", ND_HIDDEN}, {"center", ND_BLOCK}, {"legend", ND_BLOCK},
    {"select", ND_BLOCK}, {"button", ND_BLOCK}, {"applet", ND_HIDDEN}, {"hgroup", ND_BLOCK}, {"dialog", ND_BLOCK}, {"search", ND_BLOCK},
    {"section", ND_BLOCK}, {"article", ND_BLOCK}, {"address", ND_BLOCK}, {"caption", ND_BLOCK},
    {"details", ND_BLOCK}, {"summary", ND_BLOCK}, {"noembed", ND_RAW}, {"listing", ND_PRE},
    {"noscript", ND_RAW}, {"template", ND_HIDDEN}, {"textarea", ND_TEXTAREA}, {"fieldset", ND_BLOCK},
    {"optgroup", ND_BLOCK}, {"noframes", ND_RAW}, {"datalist", ND_HIDDEN},
    {"plaintext", ND_PRE},
    {"blockquote", ND_BLOCK}, {"figcaption", ND_BLOCK},
};

enum { ENTRIES = sizeof entries / sizeof *entries };

/// Where in the table the names of each length begin.
static size_t first_of_length(size_t count) {
    static const unsigned char first[ND_LONGEST_NAME + 2] = {0, 0, 1, 18, 24, 29, 38, 54, 62, 69, 70, 72};
    return first[count];
}

enum nd_element nd_element_named(const uint8_t *name, size_t count) {
    if (count == 0 || count > ND_LONGEST_NAME) return ND_INLINE;
    char lower[ND_LONGEST_NAME];
    for (size_t index = 0; index < count; index += 1) {
        lower[index] = (char)(name[index] >= 'A' && name[index] <= 'Z' ? name[index] | 0x20 : name[index]);
    }
    const size_t end = first_of_length(count + 1);
    for (size_t index = first_of_length(count); index < end && index < ENTRIES; index += 1) {
        if (entries[index].name[0] == lower[0] && memcmp(entries[index].name, lower, count) == 0) {
            return entries[index].element;
        }
    }
    return ND_INLINE;
}
