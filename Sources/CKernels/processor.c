#include "processor.h"

#include <stdatomic.h>

static nd_level best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2"))
        return ND_LEVEL_BASELINE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512vbmi2"))
        return ND_LEVEL_AVX512;
    return ND_LEVEL_AVX2;
#else
    return ND_LEVEL_PORTABLE;
#endif
}

enum { UNKNOWN = -1 };

static _Atomic int level_in_use = UNKNOWN;

nd_level nd_processor_level(void) {
    int level = atomic_load_explicit(&level_in_use, memory_order_relaxed);
    if (level != UNKNOWN) return (nd_level)level;
    // Several threads may find out at once; all find the same, and none overwrites a level that was asked for.
    int best = (int)best_level();
    if (atomic_compare_exchange_strong(&level_in_use, &level, best)) return (nd_level)best;
    return (nd_level)level;
}

nd_level nd_processor_use(nd_level level) {
    nd_level best = best_level();
    if (level > best) level = best;
    atomic_store(&level_in_use, (int)level);
    return level;
}
