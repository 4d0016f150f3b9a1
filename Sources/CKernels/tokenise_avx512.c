#include "tokenise_levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt"))), apply_to = function)
#define ND_LEVEL 3
#define ND_TOKENISE nd_tokenise_avx512
#include "tokenise_body.h"
#pragma clang attribute pop
#endif
