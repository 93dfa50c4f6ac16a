// tl_copy_blocks.h: a tensor copied block by block into a larger one: padding and joining.
#ifndef TL_COPY_BLOCKS_H
#define TL_COPY_BLOCKS_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// Copies outer × inner pieces of `width` bytes into a larger tensor, which is filled with `value` first where `fill`
// says how many bytes it has. Padding is that; joining is one such copy per input.
struct tl_copy_blocks {
    int32_t outer;
    int32_t inner;
    int32_t width;
    int32_t outer_stride;
    int32_t inner_stride;
    int32_t at;  // of the first piece
    int32_t fill;
    int32_t value;
};

TL_INLINE void tl_copy_blocks(const struct tl_copy_blocks *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->fill; i++) {
        output[i] = (int8_t)c->value;
    }
    TL_KEEP_LOOP
    for (int32_t o = 0; o < c->outer; o++) {
        TL_KEEP_LOOP
        for (int32_t n = 0; n < c->inner; n++) {
            int8_t *to = output + c->at + o * c->outer_stride + n * c->inner_stride;
            TL_KEEP_LOOP
            for (int32_t k = 0; k < c->width; k++) {
                to[k] = *input++;
            }
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
