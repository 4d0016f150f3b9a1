// Writes text as it is shown: white space collapsed, a line for each block.
#ifndef NEARDUP_PAGE_SINK_H
#define NEARDUP_PAGE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What comes between two pieces of text; the strongest wins.
enum nd_separator { ND_SEPARATOR_NONE, ND_SEPARATOR_SPACE, ND_SEPARATOR_CELL, ND_SEPARATOR_LINE };

struct nd_sink {
    uint8_t *bytes;
    size_t count;
    /// Where this page's text begins.
    size_t start;
    size_t capacity;
    enum nd_separator pending;
    /// How many `pre` elements are open.
    size_t pre;
    /// Something did not fit any more.
    bool is_full;
};

static inline void nd_sink_separate(struct nd_sink *sink, enum nd_separator separator) {
    if (separator > sink->pending) sink->pending = separator;
}

static inline void nd_sink_end_line(struct nd_sink *sink) { sink->pending = ND_SEPARATOR_LINE; }

/// Appends text as it stands in the page.
void nd_sink_append(struct nd_sink *sink, const uint8_t *text, size_t count);

#endif
