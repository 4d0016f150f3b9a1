#include "tokenise_levels.h"

#if defined(__x86_64__)
#include <emmintrin.h>

#define ND_LEVEL 1
#define ND_TOKENISE nd_tokenise_baseline
#include "tokenise_body.h"
#endif
