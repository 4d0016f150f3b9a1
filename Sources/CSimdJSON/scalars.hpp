// Checks the JSON values that are neither strings nor containers.
#ifndef NEARDUP_SCALARS_HPP
#define NEARDUP_SCALARS_HPP

#include <cstddef>
#include <cstdint>

namespace neardup {

/// The length of the number, `true`, `false` or `null` that begins at `at`; 0 where there is none before `end`.
uint64_t scalar_length(const uint8_t *at, const uint8_t *end) noexcept;

}  // namespace neardup

#endif
