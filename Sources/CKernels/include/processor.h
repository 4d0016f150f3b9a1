// Which instructions kernels may use.
#ifndef ND_PROCESSOR_H
#define ND_PROCESSOR_H

#ifdef __cplusplus
extern "C" {
#endif

// Ascending: a processor of one level runs the code of all below it. Every level gives the same bits.
typedef enum {
    ND_LEVEL_PORTABLE = 0, // plain C, on any machine
    ND_LEVEL_BASELINE = 1, // what every x86-64 has: SSE2
    ND_LEVEL_AVX2 = 2,     // AVX2 and BMI1, BMI2
    ND_LEVEL_AVX512 = 3    // AVX-512 F, BW, DQ, VL, VBMI, VBMI2 besides
} nd_level;

// The level kernels work at: the best of this processor, unless it was lowered. Any thread; a load.
nd_level nd_processor_level(void);

// Makes kernels work at `level`, or at the best this processor has where that is less; returns which. For tests and
// benchmarks: all threads see it.
nd_level nd_processor_use(nd_level level);

#ifdef __cplusplus
}
#endif

#endif
