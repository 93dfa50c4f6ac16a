// tl_add_constant.h: constants added to a tensor, in 8-bit integers.
#ifndef TL_ADD_CONSTANT_H
#define TL_ADD_CONSTANT_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// output = clamp(((first · a + offset) >> shift) + zero); the constants are in the offsets, which repeat.
struct tl_add_constant {
    int32_t length;
    int32_t period;  // how many offsets there are
    int32_t first;
    const int32_t *offsets;  // rounding and both zero points folded in
    int32_t shift;
    int32_t zero;
    int32_t low;
    int32_t high;
};

TL_INLINE void tl_add_constant(const struct tl_add_constant *c, const int8_t *a, int8_t *output) {
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        const int32_t sum = a[i] * c->first + c->offsets[at];
        output[i] = (int8_t)tl_clamp((sum >> c->shift) + c->zero, c->low, c->high);
        at = at + 1 < c->period ? at + 1 : 0;
    }
}

#ifdef __cplusplus
}
#endif

#endif
