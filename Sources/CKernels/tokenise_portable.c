#include "tokenise_levels.h"

#define ND_LEVEL 0
#define ND_TOKENISE nd_tokenise_portable
#include "tokenise_body.h"
