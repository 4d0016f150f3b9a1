#include "include/lookup_lists.h"
#include "table_bytes.h"

enum { WALK = 8, AHEAD = 8 };

static inline int load(const nd_pages *pages, uint64_t offset, uint32_t *value) {
    int status = nd_pages_touch(pages, offset, 4);
    if (status == ND_OK) *value = nd_load32(pages->base + offset);
    return status;
}

// The last document of [low, high] whose first ordinal is not above `ordinal`. Documents without fingerprints share
// their first ordinal with the next document, so that a range of any length can lie between two blocks: halve, then
// walk.
static int last_not_above(
    const nd_ordinals *o, const nd_pages *pages, uint32_t ordinal, uint32_t low, uint32_t high, uint32_t *document
) {
    uint32_t first;
    int status = load(pages, o->first_offset + 4 * (uint64_t)low, &first);
    if (status != ND_OK) return status;
    if (first > ordinal) return ND_CORRUPT;
    while (low < high) {
        uint32_t next = high - low > WALK ? low + (high - low + 1) / 2 : low + 1;
        status = load(pages, o->first_offset + 4 * (uint64_t)next, &first);
        if (status != ND_OK) return status;
        if (first <= ordinal) low = next;
        else high = next - 1;
    }
    *document = low;
    return ND_OK;
}

int nd_ordinal_documents(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n, uint32_t *documents
) {
    uint64_t blocks = (o->ordinals + ND_ORDINAL_BLOCK - 1) / ND_ORDINAL_BLOCK;
    // The ordinals of the two documents found last: the keys of a text mostly lead to itself and one like it.
    uint32_t first = 0, end = 0, document = 0, other_first = 0, other_end = 0, other = 0;
    for (size_t i = 0; i < n; i++) {
        if (ordinals[i * stride] >= o->ordinals) return ND_CORRUPT;
        nd_pages_ask(pages, o->blocks_offset + 4 * (uint64_t)(ordinals[i * stride] / ND_ORDINAL_BLOCK), 4);
    }
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            uint64_t ahead = ordinals[(i + AHEAD) * stride] / ND_ORDINAL_BLOCK;
            __builtin_prefetch(pages->base + o->blocks_offset + 4 * ahead);
        }
        uint32_t ordinal = ordinals[i * stride], low, high;
        if (ordinal >= other_first && ordinal < other_end) {
            documents[i] = other;
            continue;
        }
        if (ordinal < first || ordinal >= end) {
            other_first = first;
            other_end = end;
            other = document;
            uint64_t block = ordinal / ND_ORDINAL_BLOCK;
            int status = load(pages, o->blocks_offset + 4 * block, &low);
            if (status != ND_OK) return status;
            high = (uint32_t)(o->documents - 1);
            if (block + 1 < blocks) status = load(pages, o->blocks_offset + 4 * (block + 1), &high);
            if (status != ND_OK) return status;
            if (low > high || high >= o->documents) return ND_CORRUPT;
            status = last_not_above(o, pages, ordinal, low, high, &document);
            if (status == ND_OK) status = load(pages, o->first_offset + 4 * (uint64_t)document, &first);
            if (status == ND_OK) status = load(pages, o->first_offset + 4 * ((uint64_t)document + 1), &end);
            if (status != ND_OK) return status;
            if (first > ordinal || end <= ordinal) return ND_CORRUPT;
        }
        documents[i] = document;
    }
    return ND_OK;
}

int nd_pair_documents(const nd_ordinals *o, const nd_pages *pages, uint64_t *pairs, size_t n) {
    enum { AT_ONCE = 512 };
    uint32_t ordinals[AT_ONCE], documents[AT_ONCE];
    for (size_t start = 0; start < n; start += AT_ONCE) {
        size_t count = n - start < AT_ONCE ? n - start : AT_ONCE;
        for (size_t i = 0; i < count; i++) ordinals[i] = (uint32_t)pairs[start + i];
        int status = nd_ordinal_documents(o, pages, ordinals, 1, count, documents);
        if (status != ND_OK) return status;
        for (size_t i = 0; i < count; i++) {
            pairs[start + i] = (pairs[start + i] & ~UINT64_C(0xffffffff)) | documents[i];
        }
    }
    return ND_OK;
}

int nd_document_ranges(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *documents, size_t n, nd_range *ranges
) {
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n && documents[i + AHEAD] < o->documents && o->ordinals > 0) {
            __builtin_prefetch(pages->base + o->first_offset + 4 * (uint64_t)documents[i + AHEAD]);
        }
        if (documents[i] >= o->documents) return ND_CORRUPT;
        if (o->ordinals == 0) { // an index without fingerprints has no first ordinals either
            ranges[i] = (nd_range){0, 0};
            continue;
        }
        uint64_t offset = o->first_offset + 4 * (uint64_t)documents[i];
        int status = nd_pages_touch(pages, offset, 8);
        if (status != ND_OK) return status;
        ranges[i] = (nd_range){nd_load32(pages->base + offset), nd_load32(pages->base + offset + 4)};
        if (ranges[i].low > ranges[i].high || ranges[i].high > o->ordinals) return ND_CORRUPT;
    }
    return ND_OK;
}
