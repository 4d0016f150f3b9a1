#include "include/lookup_lists.h"
#include "table_bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { WALK = 8, AHEAD = 8 };

// A document and its ordinals.
typedef struct {
    uint32_t document, first, end;
} owner;

static inline int load(const nd_pages *pages, uint64_t offset, uint32_t *value) {
    int status = nd_pages_touch(pages, offset, 4);
    if (status == ND_OK) *value = nd_load32(pages->base + offset);
    return status;
}

// How many of the first ordinals of `more` documents, WALK at most, are not above an ordinal, up to the first that is. Where they
// end is anyone's guess: all are compared. WALK of them can be read.
static inline uint32_t count_not_above(const uint8_t *firsts, uint32_t more, uint32_t ordinal) {
#if defined(__SSE2__)
    // Unsigned values compare as signed ones once their highest bit is turned.
    const __m128i turn = _mm_set1_epi32(INT32_MIN), value = _mm_xor_si128(_mm_set1_epi32((int)ordinal), turn);
    __m128i low = _mm_xor_si128(_mm_loadu_si128((const __m128i *)firsts), turn);
    __m128i high = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(firsts + 16)), turn);
    __m128i above = _mm_packs_epi32(_mm_cmpgt_epi32(low, value), _mm_cmpgt_epi32(high, value));
    unsigned bits = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(above, _mm_setzero_si128()));
    return (uint32_t)__builtin_ctz(bits | 1u << more);
#else
    uint32_t count = 0;
    while (count < more && nd_load32(firsts + 4 * (uint64_t)count) <= ordinal) count++;
    return count;
#endif
}

// The last document from `low` on, `more` at most after it, whose first ordinal is not above `ordinal`; and what ordinals it has.
static inline int last_of_few(
    const nd_ordinals *o, const nd_pages *pages, uint32_t ordinal, uint32_t low, uint32_t more, owner *found
) {
    uint64_t offset = o->first_offset + 4 * (uint64_t)low;
    int status = nd_pages_touch(pages, offset, 4 * ((uint64_t)more + 2));
    if (status != ND_OK) return status;
    const uint8_t *firsts = pages->base + offset;
    uint32_t before = count_not_above(firsts + 4, more, ordinal);
    found->document = low + before;
    found->first = nd_load32(firsts + 4 * (uint64_t)before);
    found->end = nd_load32(firsts + 4 * (uint64_t)before + 4);
    return ND_OK;
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

static inline int find_owner(const nd_ordinals *o, const nd_pages *pages, uint32_t ordinal, owner *found) {
    uint64_t blocks = (o->ordinals + ND_ORDINAL_BLOCK - 1) / ND_ORDINAL_BLOCK, block = ordinal / ND_ORDINAL_BLOCK;
    uint64_t offset = o->blocks_offset + 4 * block;
    int is_last = block + 1 == blocks;
    int status = nd_pages_touch(pages, offset, is_last ? 4 : 8);
    if (status != ND_OK) return status;
    uint32_t low = nd_load32(pages->base + offset);
    uint32_t high = is_last ? (uint32_t)(o->documents - 1) : nd_load32(pages->base + offset + 4);
    if (low > high || high >= o->documents) return ND_CORRUPT;
    if (high - low <= WALK && o->documents - low >= WALK) {
        status = last_of_few(o, pages, ordinal, low, high - low, found);
    } else {
        status = last_not_above(o, pages, ordinal, low, high, &found->document);
        uint64_t first = o->first_offset + 4 * (uint64_t)found->document;
        if (status == ND_OK) status = load(pages, first, &found->first);
        if (status == ND_OK) status = load(pages, first + 4, &found->end);
    }
    if (status != ND_OK) return status;
    return found->first > ordinal || found->end <= ordinal ? ND_CORRUPT : ND_OK;
}

static inline uint64_t block_place(uint32_t ordinal) { return 4 * (uint64_t)(ordinal / ND_ORDINAL_BLOCK); }

// Asks for the blocks of ordinals, which have to be in range, from the disk where their page was never touched. Mostly all were:
// that takes a look at a mark each.
static inline int ask_for_blocks(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n
) {
    int is_touched = 1;
    for (size_t i = 0; i < n; i++) {
        if (ordinals[i * stride] >= o->ordinals) return ND_CORRUPT;
        uint64_t offset = o->blocks_offset + block_place(ordinals[i * stride]);
        if (offset + 4 > pages->size) return ND_CORRUPT;
        is_touched &= nd_page_is_verified(pages, offset / ND_PAGE_BYTES);
    }
    for (size_t i = 0; i < n && !is_touched; i++)
        nd_pages_ask(pages, o->blocks_offset + block_place(ordinals[i * stride]), 4);
    return ND_OK;
}

int nd_ordinal_documents(
    const nd_ordinals *o, const nd_pages *pages, const uint32_t *ordinals, size_t stride, size_t n, uint32_t *documents
) {
    // The two found last: the keys of a text mostly lead to itself and one like it.
    owner last = {0, 0, 0}, other = {0, 0, 0};
    int status = ask_for_blocks(o, pages, ordinals, stride, n);
    if (status != ND_OK) return status;
    const uint8_t *blocks = pages->base + o->blocks_offset;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(blocks + block_place(ordinals[(i + AHEAD) * stride]));
        if (i + AHEAD / 2 < n) {
            // What it says is not yet verified, and only asked for.
            uint32_t soon = ordinals[(i + AHEAD / 2) * stride];
            if (soon < last.first || soon >= last.end) {
                uint64_t document = nd_load32(blocks + block_place(soon));
                __builtin_prefetch(pages->base + o->first_offset + 4 * document);
            }
        }
        uint32_t ordinal = ordinals[i * stride];
        if (ordinal < last.first || ordinal >= last.end) {
            owner found = other;
            if (ordinal < other.first || ordinal >= other.end) {
                status = find_owner(o, pages, ordinal, &found);
                if (status != ND_OK) return status;
            }
            other = last;
            last = found;
        }
        documents[i] = last.document;
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
