#include "recent_blocks.h"

// So many places of values are asked for before the first is read.
#define AT_ONCE 32
// Bytes of a value that are asked for at most: the processor itself asks for what follows.
#define ASKED 256

static void expect_some(const nd_recent_blocks *blocks, const uint32_t *documents, size_t n) {
    const uint32_t *starts[AT_ONCE];
    const uint8_t *bytes[AT_ONCE];
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const nd_recent_block *block = nd_recent_find(blocks, documents[i]);
        if (!block) continue;
        __builtin_prefetch(block->owner);
        starts[found] = block->starts + (documents[i] - block->first);
        bytes[found] = block->bytes;
        __builtin_prefetch(starts[found++]);
    }
    for (size_t i = 0; i < found; i++) {
        uint32_t start = starts[i][0], end = starts[i][1];
        if (end - start > ASKED) end = start + ASKED;
        for (uint32_t place = start; place < end; place += 64) __builtin_prefetch(bytes[i] + place);
        if (end > start) __builtin_prefetch(bytes[i] + end - 1);
    }
}

void nd_recent_expect(const nd_recent_blocks *blocks, const uint32_t *documents, size_t n) {
    for (size_t i = 0; i < n; i += AT_ONCE) expect_some(blocks, documents + i, n - i < AT_ONCE ? n - i : AT_ONCE);
}
