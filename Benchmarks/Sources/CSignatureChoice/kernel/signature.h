// What signature.c of CKernels includes by this name.
#include "../../../../Sources/CKernels/include/signature.h"
