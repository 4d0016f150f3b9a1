#include "recent_blocks.h"

// So many values are asked for together.
enum { AT_ONCE = 32, LINE = 64 };

static void expect_some(const nd_recent_blocks *blocks, const uint32_t *documents, size_t n) {
    const uint32_t *starts[AT_ONCE];
    const uint8_t *bytes[AT_ONCE];
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t stretch = documents[i] >> blocks->shift;
        __builtin_prefetch(nd_recent_place(blocks, stretch));
        __builtin_prefetch(nd_recent_place(blocks, stretch - 1));
    }
    for (size_t i = 0; i < n; i++) {
        const nd_recent_block *block = nd_recent_find(blocks, documents[i]);
        if (!block) continue;
        __builtin_prefetch(block->owner);
        starts[found] = block->starts + (documents[i] - block->first);
        bytes[found] = block->bytes;
        __builtin_prefetch(starts[found++]);
    }
    // Few values are longer, and to ask for what lies behind one does no harm.
    for (size_t i = 0; i < found; i++) {
        const uint8_t *value = bytes[i] + *starts[i];
        for (size_t line = 0; line < 3; line++) __builtin_prefetch(value + line * LINE);
    }
}

void nd_recent_expect(const nd_recent_blocks *blocks, const uint32_t *documents, size_t n) {
    for (size_t i = 0; i < n; i += AT_ONCE) expect_some(blocks, documents + i, n - i < AT_ONCE ? n - i : AT_ONCE);
}
