#include "include/lookup_lists.h"
#include "table_bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Documents that are compared at a step, ordinals whose documents are found together, and documents asked for ahead.
enum { WINDOW = 8, AT_ONCE = 64, AHEAD = 8 };

static inline uint64_t first_offset(const nd_ordinals *o, uint32_t document) { return o->first_offset + 4 * (uint64_t)document; }

// Bytes of the area that are read together.
typedef struct {
    uint64_t offset, length;
} place;

static inline int is_in_last_block(const nd_ordinals *o, uint32_t ordinal) {
    return ordinal / ND_ORDINAL_BLOCK == (o->ordinals - 1) / ND_ORDINAL_BLOCK;
}

// Where an ordinal's block is, and the next, which the last has not.
static inline place block_place(const nd_ordinals *o, uint32_t ordinal) {
    return (place){o->blocks_offset + 4 * (uint64_t)(ordinal / ND_ORDINAL_BLOCK), is_in_last_block(o, ordinal) ? 4 : 8};
}

// Verifies places of less than a page each. Mostly all are, which takes a look at their marks; what isn't is asked for together.
static inline int touch_all(const nd_pages *pages, const place *places, size_t n) {
    int are_verified = 1, status = ND_OK;
    for (size_t i = 0; i < n; i++) {
        const uint64_t first = places[i].offset, end = first + places[i].length;
        if (end > pages->size) return ND_CORRUPT;
        are_verified &= nd_page_is_verified(pages, first / ND_PAGE_BYTES) & nd_page_is_verified(pages, (end - 1) / ND_PAGE_BYTES);
    }
    if (are_verified) return ND_OK;
    for (size_t i = 0; i < n; i++) nd_pages_ask(pages, places[i].offset, places[i].length);
    for (size_t i = 0; i < n && status == ND_OK; i++) status = nd_pages_touch(pages, places[i].offset, places[i].length);
    return status;
}

// The documents that have an ordinal of a block whose bytes are verified: the first and the last.
static inline int documents_of_block(
    const nd_ordinals *o, const nd_pages *pages, uint32_t ordinal, uint32_t *low, uint32_t *high
) {
    const uint8_t *block = pages->base + block_place(o, ordinal).offset;
    *low = nd_load32(block);
    *high = is_in_last_block(o, ordinal) ? (uint32_t)(o->documents - 1) : nd_load32(block + 4);
    return *low > *high || *high >= o->documents ? ND_CORRUPT : ND_OK;
}

static inline int load(const nd_pages *pages, uint64_t offset, uint32_t *value) {
    int status = nd_pages_touch(pages, offset, 4);
    if (status == ND_OK) *value = nd_load32(pages->base + offset);
    return status;
}

// The document of an ordinal, wherever in its block it is: the last whose first ordinal is not above it. Documents without
// fingerprints share their first ordinal with the next document, so that a block may have any number: it is halved.
static int search_document(const nd_ordinals *o, const nd_pages *pages, uint32_t ordinal, uint32_t *document) {
    uint32_t low, high, first, end;
    int status = documents_of_block(o, pages, ordinal, &low, &high);
    while (status == ND_OK && low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        status = load(pages, first_offset(o, middle), &first);
        if (status == ND_OK && first <= ordinal) low = middle;
        else high = middle - 1;
    }
    if (status == ND_OK) status = load(pages, first_offset(o, low), &first);
    if (status == ND_OK) status = load(pages, first_offset(o, low) + 4, &end);
    if (status != ND_OK) return status;
    *document = low;
    return first > ordinal || end <= ordinal ? ND_CORRUPT : ND_OK;
}

// Finds where the first ordinals of WINDOW documents are of which one most likely has an ordinal, and where they end; and asks for
// them. Documents of one index have about as many fingerprints each.
static int find_windows(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n, place *windows
) {
    const uint32_t last = (uint32_t)o->documents - WINDOW;
    for (size_t i = 0; i < n; i++) {
        const uint32_t ordinal = ordinals[i * stride];
        uint32_t low, high;
        int status = documents_of_block(o, pages, ordinal, &low, &high);
        if (status != ND_OK) return status;
        const uint64_t beyond = high - low < WINDOW ? 0 : high - low - (WINDOW - 1);
        const uint32_t from = low + (uint32_t)((beyond + 1) * (ordinal % ND_ORDINAL_BLOCK) / ND_ORDINAL_BLOCK);
        windows[i] = (place){first_offset(o, from < last ? from : last), 4 * (WINDOW + 1)};
        __builtin_prefetch(pages->base + windows[i].offset);
        __builtin_prefetch(pages->base + windows[i].offset + 4 * WINDOW);
    }
    return ND_OK;
}

// How many of a window's documents but the first have a first ordinal that is not above an ordinal. Which it is is anyone's guess:
// all are compared.
static inline uint32_t count_not_above(const uint8_t *firsts, uint32_t ordinal) {
#if defined(__SSE2__)
    // Unsigned values compare as signed ones once their highest bit is turned.
    const __m128i turn = _mm_set1_epi32(INT32_MIN), value = _mm_xor_si128(_mm_set1_epi32((int)ordinal), turn);
    __m128i low = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(firsts + 4)), turn);
    __m128i high = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(firsts + 20)), turn);
    __m128i above = _mm_packs_epi32(_mm_cmpgt_epi32(low, value), _mm_cmpgt_epi32(high, value));
    unsigned bits = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(above, _mm_setzero_si128()));
    return (uint32_t)__builtin_ctz(bits | 1u << (WINDOW - 1));
#else
    uint32_t count = 0;
    while (count < WINDOW - 1 && nd_load32(firsts + 4 * (uint64_t)(count + 1)) <= ordinal) count++;
    return count;
#endif
}

// In steps of which each reads what the one before has asked for, and hardly with a branch on what is found: that can't be foretold.
static int find_documents(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n, uint32_t *documents
) {
    place places[AT_ONCE];
    for (size_t i = 0; i < n; i++) {
        if (ordinals[i * stride] >= o->ordinals) return ND_CORRUPT;
        places[i] = block_place(o, ordinals[i * stride]);
    }
    const int are_few = o->documents < WINDOW;
    int status = touch_all(pages, places, n);
    if (status == ND_OK && !are_few) status = find_windows(o, pages, ordinals, stride, n, places);
    if (status == ND_OK && !are_few) status = touch_all(pages, places, n);
    for (size_t i = 0; i < n && status == ND_OK; i++) {
        const uint32_t ordinal = ordinals[i * stride];
        if (!are_few) {
            const uint8_t *firsts = pages->base + places[i].offset;
            const uint32_t before = count_not_above(firsts, ordinal);
            firsts += 4 * (uint64_t)before;
            documents[i] = (uint32_t)((places[i].offset - o->first_offset) / 4) + before;
            if (__builtin_expect((nd_load32(firsts) <= ordinal) & (nd_load32(firsts + 4) > ordinal), 1)) continue;
        }
        status = search_document(o, pages, ordinal, documents + i);
    }
    return status;
}

int nd_ordinal_documents(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n, uint32_t *documents
) {
    int status = ND_OK;
    for (size_t from = 0; from < n && status == ND_OK; from += AT_ONCE) {
        size_t count = n - from < AT_ONCE ? n - from : AT_ONCE;
        status = find_documents(o, pages, ordinals + from * stride, stride, count, documents + from);
    }
    return status;
}

int nd_pair_documents(const nd_ordinals *o, const nd_pages *pages, uint64_t *pairs, size_t n) {
    uint32_t ordinals[AT_ONCE], documents[AT_ONCE];
    for (size_t start = 0; start < n; start += AT_ONCE) {
        size_t count = n - start < AT_ONCE ? n - start : AT_ONCE;
        for (size_t i = 0; i < count; i++) ordinals[i] = (uint32_t)pairs[start + i];
        int status = find_documents(o, pages, ordinals, 1, count, documents);
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
