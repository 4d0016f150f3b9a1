// What elements mean for a page's text.
#ifndef NEARDUP_PAGE_ELEMENTS_H
#define NEARDUP_PAGE_ELEMENTS_H

#include <stddef.h>
#include <stdint.h>

enum nd_element {
    /// Says nothing about the text: inline elements, unknown ones.
    ND_INLINE,
    ND_BLOCK,
    ND_PARAGRAPH,
    ND_ITEM,
    ND_DEFINITION,
    ND_OPTION,
    ND_TABLE,
    ND_ROWS,
    ND_ROW,
    ND_CELL,
    ND_PRE,
    /// A line end, without content.
    ND_BREAK,
    /// Not shown, with elements within it.
    ND_HIDDEN,
    /// Not shown, and HTML elements within it end it.
    ND_FOREIGN,
    /// Not shown, and not markup up to its end tag.
    ND_RAW,
    /// Text without markup up to its end tag.
    ND_TITLE,
    ND_TEXTAREA,
};

/// No element that means something has a longer name.
enum { ND_LONGEST_NAME = 10 };

/// What the element of this name (in any case) means.
enum nd_element nd_element_named(const uint8_t *name, size_t count);

#endif
