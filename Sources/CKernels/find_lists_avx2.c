#include "find_lists_avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#define ND_LEVEL 2
#define ND_FIND_LISTS nd_find_lists_avx2
#include "find_lists.h"
#pragma clang attribute pop
#endif
