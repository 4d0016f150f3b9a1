// Shingles to signature and fingerprints: blocks against the whole, and winnowing against its definition.
#include "CKernels.h"
#include "fuzzing.h"

enum { VALUES = 16 };

static uint16_t donors[VALUES * VALUES];

// The least of every window, the first position modulo 64 where several are.
static size_t winnow_plainly(const uint64_t *shingles, size_t count, size_t window, uint32_t *positions) {
    if (window > count) window = count;
    size_t chosen = 0;
    for (size_t start = 0; count > 0 && start + window <= count; start++) {
        size_t least = start;
        for (size_t i = start; i < start + window; i++) {
            uint64_t a = shingles[i] >> 38 & 0x3FFFFFF, b = shingles[least] >> 38 & 0x3FFFFFF;
            if (a < b || (a == b && (i & 63) < (least & 63))) least = i;
        }
        if (chosen == 0 || positions[chosen - 1] != least) positions[chosen++] = (uint32_t)least;
    }
    return chosen;
}

static void expect_winnowing(const uint64_t *shingles, size_t count, size_t window, nd_choices cuts) {
    uint32_t *scratch = nd_exactly(count + ND_WINNOW_SLACK, 4), *positions = nd_exactly(count + ND_WINNOW_SLACK, 4);
    uint32_t *plain = nd_exactly(count, 4);
    uint64_t *keys = nd_exactly(count, 8);
    size_t chosen = nd_winnow(shingles, count, window, scratch, positions, keys);
    ND_EXPECT(chosen == winnow_plainly(shingles, count, window, plain));
    ND_EXPECT(nd_equal(positions, plain, 4 * chosen));
    for (size_t i = 0; i < chosen; i++) ND_EXPECT(keys[i] == nd_fingerprint_key(shingles[positions[i]]));

    // Distinct ones at once, and as they come in parts of which each begins with the last window - 1 of the one before.
    uint64_t *part_keys = nd_exactly(count, 8);
    uint32_t *part_positions = nd_exactly(count, 4), last = ND_NO_POSITION;
    size_t kept = 0, first = 0, capacity = nd_key_index_capacity(count);
    uint32_t *table = calloc(capacity, 4);
    ND_EXPECT(table);
    if (window > count) window = count;
    for (size_t end = 0; end < count;) {
        end += 1 + nd_choose(&cuts, 1);
        if (end > count) end = count;
        uint64_t *keys_here = nd_exactly(end - first, 8);
        uint32_t *positions_here = nd_exactly(end - first + ND_WINNOW_SLACK, 4);
        size_t here =
            nd_winnow_block(shingles + first, end - first, window, (uint32_t)first, &last, scratch, positions_here, keys_here);
        ND_EXPECT(kept + here <= count);
        memcpy(part_keys + kept, keys_here, 8 * here);
        memcpy(part_positions + kept, positions_here, 4 * here);
        kept = nd_distinct_block(part_keys, part_positions, kept, here, table, capacity);
        if (nd_choose(&cuts, 1) & 1) { // as if the table had grown
            memset(table, 0, 4 * capacity);
            nd_key_index_add(part_keys, kept, table, capacity);
        }
        if (end - first >= window) first = end - window + 1;
        free(keys_here);
        free(positions_here);
    }
    uint64_t *seen = nd_exactly(nd_distinct_capacity(chosen), 8);
    chosen = nd_distinct(keys, positions, chosen, seen);
    ND_EXPECT(chosen == kept);
    ND_EXPECT(nd_equal(keys, part_keys, 8 * kept));
    ND_EXPECT(nd_equal(positions, part_positions, 4 * kept));
    free(seen);
    free(table);
    free(part_keys);
    free(part_positions);
    free(scratch);
    free(positions);
    free(plain);
    free(keys);
}

static void expect_signature(const uint64_t *shingles, size_t count, size_t cut) {
    if (count == 0) return;
    uint32_t whole[VALUES], parts[VALUES];
    nd_signature(shingles, count, donors, whole, VALUES);
    nd_signature_begin(parts, VALUES);
    cut = cut < count ? cut : count;
    nd_signature_add(shingles, cut, parts, VALUES);
    nd_signature_add(shingles + cut, count - cut, parts, VALUES);
    nd_signature_finish(donors, parts, VALUES);
    ND_EXPECT(nd_equal(whole, parts, sizeof whole));
    for (unsigned bits = 1; bits <= 32; bits *= 2) {
        uint8_t *one = nd_exactly(VALUES * bits / 8, 1), *other = nd_exactly(VALUES * bits / 8, 1);
        uint32_t moved[VALUES];
        size_t equal = 0;
        uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
        for (int i = 0; i < VALUES; i++) {
            moved[i] = whole[i] ^ (uint32_t)shingles[(size_t)i % count];
            equal += ((whole[i] ^ moved[i]) & mask) == 0;
        }
        nd_signature_pack(whole, VALUES, bits, one);
        nd_signature_pack(moved, VALUES, bits, other);
        ND_EXPECT(nd_signature_matches(one, other, VALUES, bits) == equal);
        free(one);
        free(other);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (donors[1] == donors[0]) nd_signature_donors(donors, VALUES);
    nd_choices choices = {data, size};
    size_t window = 1 + nd_choose(&choices, 1) % ND_WINDOW_LIMIT, kinds = nd_choose(&choices, 1);
    size_t count = nd_choose(&choices, 2) % 160, cut = nd_choose(&choices, 1);
    nd_processor_use((nd_level)(kinds >> 3 & 3));
    nd_choices cuts = choices;
    uint64_t *shingles = nd_exactly(count, 8);
    for (size_t i = 0; i < count; i++) {
        // Eight bytes of the input, or few of it spread out, so that hashes tie and come again.
        uint64_t next = nd_choose(&choices, kinds & 1 ? 8 : 1);
        shingles[i] = kinds & 2 ? next << 38 | i % 3 : kinds & 4 ? next * UINT64_C(0x9E3779B97F4A7C15) : next;
    }
    expect_winnowing(shingles, count, window, cuts);
    expect_signature(shingles, count, cut);
    free(shingles);
    return 0;
}
