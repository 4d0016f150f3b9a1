#include "signature.h"

#include "hash.h"

static inline uint64_t with_row(uint64_t key, uint32_t value) {
    key = (key ^ value) * ND_MIX_A;
    return key ^ key >> 32;
}

static inline uint64_t begun(size_t band) { return (band + 1) * ND_GOLDEN; }

void nd_band_keys(const uint32_t *restrict signature, size_t bands, size_t rows, uint64_t *restrict keys) {
    size_t band = 0;
    // Four at a time: each step of a key waits for the one before, and the others fill the wait.
    for (; band + 4 <= bands; band += 4) {
        const uint32_t *values = signature + band * rows;
        uint64_t a = begun(band), b = begun(band + 1), c = begun(band + 2), d = begun(band + 3);
        for (size_t row = 0; row < rows; row++) {
            a = with_row(a, values[row]);
            b = with_row(b, values[rows + row]);
            c = with_row(c, values[2 * rows + row]);
            d = with_row(d, values[3 * rows + row]);
        }
        keys[band] = nd_mix64(a);
        keys[band + 1] = nd_mix64(b);
        keys[band + 2] = nd_mix64(c);
        keys[band + 3] = nd_mix64(d);
    }
    for (; band < bands; band++) {
        uint64_t key = begun(band);
        for (size_t row = 0; row < rows; row++) key = with_row(key, signature[band * rows + row]);
        keys[band] = nd_mix64(key);
    }
}
