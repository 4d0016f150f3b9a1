// Shifts by what isn't known before are one instruction of BMI2, and two or three without: loops that are full of them are compiled
// for both.
#ifndef ND_BMI2_H
#define ND_BMI2_H

#include "processor.h"

// What both are made of.
#define ND_FOR_BOTH static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define ND_BMI2 __attribute__((target("bmi2")))

static inline int nd_has_bmi2(void) { return nd_processor_level() >= ND_LEVEL_AVX2; }
#else
#define ND_BMI2

static inline int nd_has_bmi2(void) { return 0; }
#endif

#endif
