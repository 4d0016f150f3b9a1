// Columns of a shard, read in blocks: which block holds a document, and signatures where they lie in blocks that are stored
// as they are. IndexFormat.md draws the bytes. As in lookup_table.h, nothing here trusts the bytes.
#ifndef ND_BLOCK_COLUMNS_H
#define ND_BLOCK_COLUMNS_H

#include "lookup_table.h"

enum { ND_BLOCK_ENTRY_BYTES = 24 };

// Where the directory of a column lies. Its entries must lie within the checked area.
typedef struct nd_block_directory {
    uint64_t offset;
    uint64_t blocks;
    uint32_t documents; // of the column
} nd_block_directory;

// An entry as it stands in the directory, with the first document of the next.
typedef struct nd_block {
    uint64_t offset; // within the column
    uint32_t first, end;
    uint32_t stored, raw; // bytes
    uint32_t codec;
} nd_block;

// Finds the last block whose first document is not after `document`; `*index` is UINT64_MAX where there is none. Blocks hold
// about as many documents each: two reads, and O(log of the blocks) at worst.
int nd_block_find(const nd_pages *pages, const nd_block_directory *directory, uint32_t document, uint64_t *index);

// Reads the entry of a number below `directory->blocks`.
int nd_block_load(const nd_pages *pages, const nd_block_directory *directory, uint64_t index, nd_block *block);

// Sets `counts[i]` to how many values of a packed signature equal those of the one at `offsets[i]`, as nd_signature_matches
// counts them. All are asked for before the first is read.
int nd_signatures_count(
    const nd_pages *pages, const uint64_t *offsets, size_t n, const uint8_t *signature, size_t values, unsigned bits,
    uint32_t *counts
);

#endif
