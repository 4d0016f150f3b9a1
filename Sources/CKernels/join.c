#include "include/join.h"

#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

// One stable pass by the digit at `shift`; 0 where all words have the same.
static int sort_pass(const uint64_t *from, uint64_t *to, size_t n, uint32_t shift) {
    uint32_t counts[DIGITS] = {0}, start = 0;
    for (size_t i = 0; i < n; i++) counts[from[i] >> shift & (DIGITS - 1)]++;
    if (counts[from[0] >> shift & (DIGITS - 1)] == n) return 0;
    for (size_t digit = 0; digit < DIGITS; digit++) {
        uint32_t count = counts[digit];
        counts[digit] = start;
        start += count;
    }
    for (size_t i = 0; i < n; i++) to[counts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
    return 1;
}

static void sort_from(uint64_t *words, uint64_t *scratch, size_t n, uint32_t first) {
    uint64_t *from = words, *to = scratch, any = 0, all = ~UINT64_C(0);
    for (size_t i = 0; i < n; i++) {
        any |= words[i];
        all &= words[i];
    }
    for (uint32_t shift = first; shift < 64; shift += DIGIT_BITS) {
        if (!((any ^ all) >> shift & (DIGITS - 1)) || !sort_pass(from, to, n, shift)) continue;
        uint64_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != words) memcpy(words, from, n * sizeof *words);
}

void nd_sort_by_high(uint64_t *words, uint64_t *scratch, size_t n) {
    if (n > 1) sort_from(words, scratch, n, 32);
}

void nd_sort_words(uint64_t *words, uint64_t *scratch, size_t n) {
    if (n > 1) sort_from(words, scratch, n, 0);
}

size_t nd_common_count(const uint32_t *a, size_t n, const uint32_t *b, size_t m) {
    size_t i = 0, j = 0, count = 0;
    while (i < n && j < m) {
        uint32_t x = a[i], y = b[j];
        count += x == y;
        i += x <= y;
        j += y <= x;
    }
    return count;
}
