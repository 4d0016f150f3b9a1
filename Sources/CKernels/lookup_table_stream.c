#include "include/lookup_table.h"
#include "table_pairs.h"

// nd_table_pack in pieces: the same bytes, for a table that memory doesn't hold. Each structure takes a walk over the
// pairs of its own, which read them from first to last.

static inline uint64_t bucket_of(const nd_table *t, uint64_t pair) {
    return (uint64_t)pair_key(pair) >> nd_bucket_shift(t);
}

// Whether the pair at `i` is of a bucket of which nothing is common.
static inline int is_plain(const nd_table *t, const uint64_t *pairs, size_t i, size_t n) {
    uint32_t shift = 32 + nd_bucket_shift(t);
    return shift < 64 && !is_long(pairs, i, n, shift);
}

void nd_table_pack_lines(
    const uint64_t *pairs, size_t n, const nd_table *t, nd_table_packer *p, uint8_t *out, size_t lines
) {
    memset(out, 0, lines * ND_LINE_BYTES);
    uint64_t first = p->line * ND_LINE_BUCKETS, end = first + lines * ND_LINE_BUCKETS;
    size_t i = p->pair;
    while (i < n) {
        uint64_t bucket = bucket_of(t, pairs[i]);
        if (bucket >= end) break;
        uint64_t place = bucket - first;
        uint8_t *count = out + place / ND_LINE_BUCKETS * ND_LINE_BYTES + 4 + place % ND_LINE_BUCKETS;
        if (is_plain(t, pairs, i, n)) {
            (*count)++;
            i++;
            continue;
        }
        size_t held;
        i = bucket_end(pairs, i, n, nd_bucket_shift(t), &held);
        *count = held > 255 ? 1 : (uint8_t)held;
    }
    for (size_t line = 0; line < lines; line++) {
        nd_store32(out + line * ND_LINE_BYTES, (uint32_t)p->entries);
        for (size_t slot = 0; slot < ND_LINE_BUCKETS; slot++) p->entries += out[line * ND_LINE_BYTES + 4 + slot];
    }
    p->pair = i;
    p->line += lines;
}

// Packs a bucket of which something may be common.
static void put_bucket(const uint64_t *pairs, size_t n, size_t held, const nd_table *t, bit_writer *bits) {
    if (held > 255) {
        put_entry(bits, nd_bucket_is_common(t), nd_entry_bits(t));
        return;
    }
    for (size_t i = 0, end; i < n; i = end) {
        end = run_end(pairs, i, n);
        uint64_t high = nd_remainder(t, pair_key(pairs[i])) << t->value_bits;
        if (end - i >= ND_COMMON_RUN) {
            put_entry(bits, high | nd_key_is_common(t), nd_entry_bits(t));
            continue;
        }
        for (size_t j = i; j < end; j++) put_entry(bits, high | (uint32_t)pairs[j], nd_entry_bits(t));
    }
}

size_t nd_table_pack_entries(
    const uint64_t *pairs, size_t n, const nd_table *t, nd_table_packer *p, uint8_t *out, size_t room
) {
    bit_writer bits = {out, p->pending, p->pending_bits};
    size_t i = p->pair;
    while (i < n && (size_t)(bits.next - out) + ND_BUCKET_ROOM <= room) {
        if (is_plain(t, pairs, i, n)) {
            uint64_t high = nd_remainder(t, pair_key(pairs[i])) << t->value_bits;
            put_entry(&bits, high | (uint32_t)pairs[i], nd_entry_bits(t));
            i++;
            continue;
        }
        size_t held, end = bucket_end(pairs, i, n, nd_bucket_shift(t), &held);
        put_bucket(pairs + i, end - i, held, t, &bits);
        i = end;
    }
    size_t written = (size_t)(bits.next - out);
    p->written += written;
    p->pair = i;
    p->pending = bits.pending;
    p->pending_bits = bits.pending_bits;
    if (i == n && p->written < nd_table_entries_size(t)) {
        // The bits not yet stored, and the padding after them: at most 16 bytes, for which a bucket's room is enough.
        uint8_t tail[16] = {0};
        size_t length = (size_t)(nd_table_entries_size(t) - p->written);
        nd_store64(tail, bits.pending);
        if (length > sizeof tail || written + length > room) return written;
        memcpy(out + written, tail, length);
        p->written += length;
        written += length;
    }
    return written;
}

int nd_table_next_common(
    const uint64_t *pairs, size_t n, const nd_table *t, nd_table_packer *p, size_t *first, size_t *count
) {
    while (p->pair < n) {
        size_t i = p->pair;
        if (i >= p->bucket_end) {
            // A bucket begins here; nothing of those that are not long is common.
            i = next_long(pairs, i, n, 32 + nd_bucket_shift(t));
            if (i == n) break;
            size_t held;
            p->bucket_end = bucket_end(pairs, i, n, nd_bucket_shift(t), &held);
            p->whole = held > 255;
        }
        size_t end = run_end(pairs, i, p->bucket_end);
        p->pair = end;
        if (!p->whole && end - i < ND_COMMON_RUN) continue;
        *first = i;
        *count = end - i;
        return 1;
    }
    p->pair = n;
    return 0;
}
