#include "winnow.h"

#include "processor.h"
#include "winnow_levels.h"

size_t nd_winnow(const uint64_t *shingles, size_t count, size_t window, uint32_t *scratch, uint32_t *positions,
                 uint64_t *keys) {
    uint32_t previous = ND_NO_POSITION;
    if (window > count) window = count;
    return nd_winnow_block(shingles, count, window, 0, &previous, scratch, positions, keys);
}

static inline uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

static size_t choose(const uint64_t *shingles, size_t count, size_t window, uint32_t base, uint32_t *last,
                     uint32_t *scratch, uint32_t *positions) {
    uint32_t *restrict order = scratch;
    for (uint32_t i = 0; i < count; i++) order[i] = nd_winnow_entry(shingles[i], base + i);
    // The minimum over 1, 2, 4, … of them, then over the window as two overlapping powers of two. In place and ascending:
    // entry i is read for the last time when it is written.
    size_t span = 1, left = count;
    while (2 * span <= window) {
        left -= span;
        for (size_t i = 0; i < left; i++) order[i] = least(order[i], order[i + span]);
        span *= 2;
    }
    size_t rest = window - span;
    if (rest) {
        left -= rest;
        for (size_t i = 0; i < left; i++) order[i] = least(order[i], order[i + rest]);
    }
    // Positions are compared, not entries: of a shingle that comes again 64 positions on, the entry is the same.
    size_t chosen = 0;
    uint32_t previous = *last;
    for (size_t i = 0; i < left; i++) {
        uint32_t place = base + (uint32_t)i;
        uint32_t position = place + ((order[i] - place) & 63);
        positions[chosen] = position;
        chosen += position != previous;
        previous = position;
    }
    *last = previous;
    return chosen;
}

size_t nd_winnow_block(const uint64_t *shingles, size_t count, size_t window, uint32_t base, uint32_t *last,
                       uint32_t *scratch, uint32_t *positions, uint64_t *keys) {
    if (count < window || count == 0) return 0;
    size_t chosen;
#if defined(__x86_64__)
    const nd_level level = nd_processor_level();
    if (level >= ND_LEVEL_AVX512)
        chosen = nd_winnow_positions_avx512(shingles, count, window, base, last, scratch, positions);
    else if (level == ND_LEVEL_AVX2)
        chosen = nd_winnow_positions_avx2(shingles, count, window, base, last, scratch, positions);
    else
#endif
        chosen = choose(shingles, count, window, base, last, scratch, positions);
    for (size_t i = 0; i < chosen; i++) keys[i] = nd_fingerprint_key(shingles[positions[i] - base]);
    return chosen;
}
