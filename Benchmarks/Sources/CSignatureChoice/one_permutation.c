// The kernel that the library uses, compiled here once more under other names: its products do not show it, and a copy
// could come to differ.
#define nd_signature_donors nd_choice_donors
#define nd_signature nd_choice_one_permutation
#define nd_band_keys nd_choice_band_keys
#define nd_signature_pack nd_choice_pack
#define nd_signature_matches nd_choice_matches

#include "../../../Sources/CKernels/signature.c"
