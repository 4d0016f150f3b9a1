// Character references, and characters that XML doesn't know.
#ifndef NEARDUP_PAGE_REFERENCES_H
#define NEARDUP_PAGE_REFERENCES_H

#include "growing.h"

/// Made once, before anything else here is called; any number of times, from any thread.
void nd_references_prepare(void);

/// Appends text as libxml2 reads it without complaint, and quickly: references decoded, by libxml2's own names, all but
/// those that stand for markup; characters that aren't XML's replaced.
void nd_append_text(struct nd_growing *out, const uint8_t *text, const uint8_t *end);

#endif
