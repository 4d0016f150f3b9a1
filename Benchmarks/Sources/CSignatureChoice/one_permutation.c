// The kernel that the library uses, compiled here once more under other names: its products do not show it, and a copy
// could come to differ.
#define nd_signature_donors nd_choice_donors
#define nd_signature nd_choice_one_permutation
#define nd_signature_begin nd_choice_begin
#define nd_signature_add nd_choice_add
#define nd_signature_finish nd_choice_finish

#include "../../../Sources/CKernels/signature.c"
