#include "include/block_columns.h"
#include "include/signature.h"
#include "table_bytes.h"

static inline uint64_t entry_offset(const nd_block_directory *d, uint64_t index) {
    return d->offset + index * ND_BLOCK_ENTRY_BYTES;
}

static inline int load_first(const nd_pages *pages, const nd_block_directory *d, uint64_t index, uint32_t *first) {
    uint64_t offset = entry_offset(d, index) + 8;
    int status = nd_pages_touch(pages, offset, 4);
    if (status == ND_OK) *first = nd_load32(pages->base + offset);
    return status;
}

int nd_block_find(const nd_pages *pages, const nd_block_directory *d, uint32_t document, uint64_t *index) {
    uint64_t low = 0, high = d->blocks, step = 1;
    uint64_t middle = d->documents > document ? (uint64_t)document * d->blocks / d->documents : 0;
    while (low < high) {
        uint32_t first;
        int status = load_first(pages, d, middle, &first);
        if (status != ND_OK) return status;
        if (first <= document) low = middle + 1;
        else high = middle;
        // Steps from the first guess grow until there is a bound on either side, then halves.
        if (low == 0) middle = high > step ? high - step : 0;
        else if (high == d->blocks) middle = high - low > step ? low + step - 1 : high - 1;
        else middle = low + (high - low) / 2;
        step *= 2;
    }
    *index = low == 0 ? UINT64_MAX : low - 1;
    return ND_OK;
}

int nd_block_load(const nd_pages *pages, const nd_block_directory *d, uint64_t index, nd_block *block) {
    uint64_t offset = entry_offset(d, index);
    int is_last = index + 1 >= d->blocks;
    int status = nd_pages_touch(pages, offset, is_last ? ND_BLOCK_ENTRY_BYTES : ND_BLOCK_ENTRY_BYTES + 12);
    if (status != ND_OK) return status;
    const uint8_t *entry = pages->base + offset;
    *block = (nd_block){
        .offset = nd_load64(entry),
        .first = nd_load32(entry + 8),
        .end = is_last ? d->documents : nd_load32(entry + ND_BLOCK_ENTRY_BYTES + 8),
        .stored = nd_load32(entry + 12),
        .raw = nd_load32(entry + 16),
        .codec = nd_load32(entry + 20),
    };
    return ND_OK;
}

int nd_signatures_count(
    const nd_pages *pages, const uint64_t *offsets, size_t n, const uint8_t *signature, size_t values, unsigned bits,
    uint32_t *counts
) {
    uint64_t bytes = (uint64_t)values * bits / 8;
    for (size_t i = 0; i < n; i++) {
        nd_pages_ask(pages, offsets[i], bytes);
        __builtin_prefetch(pages->base + offsets[i]);
        __builtin_prefetch(pages->base + offsets[i] + bytes - 1);
    }
    for (size_t i = 0; i < n; i++) {
        int status = nd_pages_touch(pages, offsets[i], bytes);
        if (status != ND_OK) return status;
        counts[i] = (uint32_t)nd_signature_matches(signature, pages->base + offsets[i], values, bits);
    }
    return ND_OK;
}
