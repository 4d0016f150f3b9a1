#include "measure.hpp"

#include <cstring>

#include <processor.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace neardup {
namespace {

/// Whether any of 8 bytes is a quote or a backslash.
inline bool has_special(const uint8_t *bytes) noexcept {
    constexpr uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    // A byte that is zero borrows into its top bit; only those above such a one may show it without reason.
    const uint64_t quotes = word ^ ones * '"';
    const uint64_t backslashes = word ^ ones * '\\';
    return (((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & tops;
}

measured measure_words(const uint8_t *source, uint64_t available) noexcept {
    uint64_t at = 0;
    uint64_t escapes = 0;
    while (at < available) {
        if (!has_special(source + at)) {
            at += 8;
            continue;
        }
        if (source[at] == '"') return {at, at - escapes, true};
        if (source[at] != '\\') {
            at += 1;
            continue;
        }
        if (simple_escape(source[at + 1]) == 0) break;
        at += 2;
        escapes += 1;
    }
    return {0, 0, false};
}

#if defined(__x86_64__)

#define ND_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

/// 64 bytes, and questions about all of them that are answered by a bit each.
struct block {
    __m256i low, high;

    ND_AVX2 static uint64_t bits(__m256i low, __m256i high) noexcept {
        const uint64_t upper = static_cast<uint32_t>(_mm256_movemask_epi8(high));
        return upper << 32 | static_cast<uint32_t>(_mm256_movemask_epi8(low));
    }

    ND_AVX2 uint64_t equal(char value) const noexcept {
        const __m256i wanted = _mm256_set1_epi8(value);
        return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
    }

    /// Those that are no letter of a simple escape.
    ND_AVX2 uint64_t strange_letters() const noexcept {
        const __m256i zero = _mm256_setzero_si256();
        return bits(_mm256_cmpeq_epi8(letters(low), zero), _mm256_cmpeq_epi8(letters(high), zero));
    }

    /// A byte is such a letter where its lower half allows a column of the code chart that its upper half is.
    ND_AVX2 static __m256i letters(__m256i bytes) noexcept {
        // Columns 2: " and /; 5: \; 6: b, f and n; 7: r and t.
        const __m256i allowed = _mm256_broadcastsi128_si256(
            _mm_setr_epi8(0, 0, 1 | 4 | 8, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1));
        const __m256i columns = _mm256_broadcastsi128_si256(
            _mm_setr_epi8(0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0));
        const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
        return _mm256_and_si256(_mm256_shuffle_epi8(allowed, bytes), _mm256_shuffle_epi8(columns, upper));
    }
};

/// Of backslashes those that begin an escape, where some follow each other.
///
/// - `is_escaped`: whether the first byte is what an escape before it stands for.
uint64_t escape_starts(uint64_t backslashes, bool is_escaped) noexcept {
    uint64_t left = is_escaped ? backslashes & ~uint64_t(1) : backslashes;
    uint64_t starts = 0;
    while (left != 0) {
        const uint64_t first = left & (~left + 1);
        starts |= first;
        left &= ~(first | first << 1);
    }
    return starts;
}

ND_AVX2 measured measure_blocks(const uint8_t *source, uint64_t available) noexcept {
    uint64_t escapes = 0;
    uint64_t is_escaped = 0;
    for (uint64_t at = 0; at < available; at += 64) {
        const block bytes = {_mm256_loadu_si256(reinterpret_cast<const __m256i *>(source + at)),
                             _mm256_loadu_si256(reinterpret_cast<const __m256i *>(source + at + 32))};
        uint64_t starts = bytes.equal('\\');
        if (starts & (starts << 1 | is_escaped)) starts = escape_starts(starts, is_escaped);
        const uint64_t escaped = starts << 1 | is_escaped;
        uint64_t strange = escaped & bytes.strange_letters();
        const uint64_t quotes = bytes.equal('"') & ~escaped;
        if (quotes != 0) {
            const uint64_t before = _blsmsk_u64(quotes);
            const uint64_t count = at + _tzcnt_u64(quotes);
            if (count >= available || (strange & before) != 0) break;
            escapes += _mm_popcnt_u64(starts & before);
            return {count, count - escapes, true};
        }
        if (strange != 0) break;
        escapes += _mm_popcnt_u64(starts);
        is_escaped = starts >> 63;
    }
    return {0, 0, false};
}

#endif

}  // namespace

measured measure(const uint8_t *source, uint64_t available) noexcept {
#if defined(__x86_64__)
    if (nd_processor_level() >= ND_LEVEL_AVX2) return measure_blocks(source, available);
#endif
    return measure_words(source, available);
}

}  // namespace neardup
