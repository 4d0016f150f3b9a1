// A buffer that grows, and says once that it couldn't.
#ifndef NEARDUP_PAGE_GROWING_H
#define NEARDUP_PAGE_GROWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// More than this is never held; libxml2 counts in `int`.
static const size_t nd_growing_limit = (size_t)1 << 30;

struct nd_growing {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    /// There was no memory, or the limit is reached: what was added since is lost.
    bool is_full;
};

/// Makes room for `more` bytes.
static inline bool nd_growing_reserve(struct nd_growing *growing, size_t more) {
    if (more <= growing->capacity - growing->count) return true;
    if (growing->is_full || more > nd_growing_limit - growing->count) {
        growing->is_full = true;
        return false;
    }
    size_t capacity = growing->capacity + growing->capacity / 2;
    if (capacity < growing->count + more) capacity = growing->count + more;
    if (capacity < 65536) capacity = 65536;
    uint8_t *bytes = realloc(growing->bytes, capacity);
    if (bytes == NULL) {
        growing->is_full = true;
        return false;
    }
    growing->bytes = bytes;
    growing->capacity = capacity;
    return true;
}

static inline void nd_growing_append(struct nd_growing *growing, const void *bytes, size_t count) {
    if (count == 0 || !nd_growing_reserve(growing, count)) return;
    memcpy(growing->bytes + growing->count, bytes, count);
    growing->count += count;
}

#endif
