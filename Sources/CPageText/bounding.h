// The step before libxml2: tags are bounded.
#ifndef NEARDUP_PAGE_BOUNDING_H
#define NEARDUP_PAGE_BOUNDING_H

#include "growing.h"

/// Writes a page again, as markup that libxml2 reads in linear time and without complaint: only the elements that mean
/// something for the text, without attributes, nested at most 256 deep and closed; no comments, scripts, styles and other
/// content that isn't shown; no character that XML doesn't know.
///
/// O(count): nothing is looked at twice but the ends of tags.
void nd_bound_tags(const uint8_t *html, size_t count, struct nd_growing *out);

#endif
