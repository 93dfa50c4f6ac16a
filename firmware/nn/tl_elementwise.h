// tl_elementwise.h: what touches each value for itself, in 8-bit integers; the output may stand where an input stands.
#ifndef TL_ELEMENTWISE_H
#define TL_ELEMENTWISE_H

#include "tl_nn.h"

// The same values under another scale and zero point, clamped (QUANTIZE, RELU, RELU6).
struct tl_rescale {
    int32_t length;
    int32_t input_zero;
    struct tl_requant out; // one channel
};

TL_INLINE void tl_rescale(const struct tl_rescale *c, const int8_t *input, int8_t *output)
{
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        output[i] = tl_requantize(&c->out, 0, input[i] - c->input_zero);
    }
}

// output = clamp(((first · a + second · b + offset) >> shift) + zero); `offset` holds the rounding and both zero points.
struct tl_add {
    int32_t length;
    int32_t first;
    int32_t second;
    int32_t offset;
    int32_t shift;
    int32_t zero;
    int32_t low;
    int32_t high;
};

TL_INLINE void tl_add(const struct tl_add *c, const int8_t *a, const int8_t *b, int8_t *output)
{
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        const int32_t sum = a[i] * c->first + b[i] * c->second + c->offset;
        output[i] = (int8_t)tl_clamp((sum >> c->shift) + c->zero, c->low, c->high);
    }
}

// The same bytes in another place.
struct tl_copy {
    int32_t length;
};

TL_INLINE void tl_copy(const struct tl_copy *c, const int8_t *input, int8_t *output)
{
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        output[i] = input[i];
    }
}

#endif
