#include "shingle.h"

#include "hash.h"
#include "tokenise.h"

static uint64_t power(uint64_t base, size_t exponent) {
    uint64_t result = 1;
    for (size_t i = 0; i < exponent; i++) result *= base;
    return result;
}

size_t nd_shingles(const uint64_t *tokens, size_t count, size_t width, uint64_t seed, uint64_t *shingles) {
    if (count == 0) return 0;
    const uint64_t base = nd_shingle_base(seed);
    size_t first = count < width ? count : width;
    uint64_t polynomial = 0;
    for (size_t i = 0; i < first; i++) polynomial = polynomial * base + tokens[i];
    if (count < width) {
        shingles[0] = nd_shingle_finish(polynomial);
        return 1;
    }
    const uint64_t lead = power(base, width);
    size_t result = count - width + 1;
    uint64_t any_single = 0;
    for (size_t i = 0; i < count; i++) any_single |= tokens[i];
    for (size_t i = 0;; i++) {
        shingles[i] = polynomial;
        if (i + 1 == result) break;
        polynomial = polynomial * base + tokens[i + width] - lead * tokens[i];
    }
    if (!(any_single & ND_TOKEN_SINGLE)) {
        for (size_t i = 0; i < result; i++) shingles[i] = nd_shingle_finish(shingles[i]);
        return result;
    }
    size_t run = 0; // of single characters, ending at the last token of the shingle
    for (size_t i = 0; i + 1 < width; i++) run = tokens[i] & ND_TOKEN_SINGLE ? run + 1 : 0;
    for (size_t i = 0; i < result; i++) {
        run = tokens[i + width - 1] & ND_TOKEN_SINGLE ? run + 1 : 0;
        uint64_t value = shingles[i];
        if (run >= width && i + width < result) value = value * lead + shingles[i + width]; // read before it is finished
        shingles[i] = nd_shingle_finish(value);
    }
    return result;
}
