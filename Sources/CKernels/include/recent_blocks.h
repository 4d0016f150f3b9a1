// Blocks of a column that were read lately, found by their documents.
#ifndef ND_RECENT_BLOCKS_H
#define ND_RECENT_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

// A block of the documents from `first` to before `end`; there are none where nothing is kept.
typedef struct {
    uint32_t first, end;
    const uint32_t *starts; // where each value begins in `bytes`, and the end of the last
    const uint8_t *bytes;
    const void *owner; // keeps both
} nd_recent_block;

// Documents are cut into stretches of 2^shift. A block is at the places of those whose last document it holds, and so that
// of any document at the place of its stretch or of the one before. Places are a power of two.
typedef struct {
    const nd_recent_block *places;
    size_t mask;
    uint32_t shift;
} nd_recent_blocks;

static inline int nd_recent_has(const nd_recent_block *block, uint32_t document) {
    return document - block->first < block->end - block->first;
}

// The place of a stretch.
static inline const nd_recent_block *nd_recent_place(const nd_recent_blocks *blocks, size_t stretch) {
    return &blocks->places[stretch & blocks->mask];
}

// The block that holds a document; NULL if none does.
static inline const nd_recent_block *nd_recent_find(const nd_recent_blocks *blocks, uint32_t document) {
    size_t stretch = document >> blocks->shift;
    const nd_recent_block *own = nd_recent_place(blocks, stretch), *before = nd_recent_place(blocks, stretch - 1);
    const nd_recent_block *block = nd_recent_has(own, document) ? own : before;
    return nd_recent_has(block, document) ? block : NULL;
}

// Asks for the values of n documents and for the owners of their blocks, where they are known: what lies all over memory is
// then waited for together.
void nd_recent_expect(const nd_recent_blocks *blocks, const uint32_t *documents, size_t n);

#endif
