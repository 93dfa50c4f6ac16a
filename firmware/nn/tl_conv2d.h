// tl_conv2d.h: any two-dimensional convolution in 8-bit integers: windows are gathered, then multiplied as in
// tl_conv.h.
#ifndef TL_CONV2D_H
#define TL_CONV2D_H

#include "tl_conv.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_conv2d {
    int32_t rows;  // of the input
    int32_t columns;
    int32_t depth;  // input channels
    int32_t out_columns;
    int32_t kernel_rows;
    int32_t kernel_columns;
    int32_t stride_rows;
    int32_t stride_columns;
    int32_t dilation_rows;
    int32_t dilation_columns;
    int32_t pad_rows;  // padding above and left of the input
    int32_t pad_columns;
    // positions: output pixels; taps: kernel rows × kernel columns × depth; step: bytes per gathered window
    struct tl_conv conv;
};

// Gathers the window of output pixel `position` into `stage`, the zero point where it hangs over the edge.
TL_INLINE void tl_gather(const struct tl_conv2d *c, const int8_t *input, int32_t position, int8_t *stage) {
    const int32_t top = position / c->out_columns * c->stride_rows - c->pad_rows;
    const int32_t left = position % c->out_columns * c->stride_columns - c->pad_columns;
    for (int32_t i = 0; i < c->kernel_rows; i++) {
        const int32_t row = top + i * c->dilation_rows;
        for (int32_t j = 0; j < c->kernel_columns; j++) {
            const int32_t column = left + j * c->dilation_columns;
            const int inside = row >= 0 && row < c->rows && column >= 0 && column < c->columns;
            const int32_t at = inside ? (row * c->columns + column) * c->depth : 0;
            TL_KEEP_LOOP
            for (int32_t channel = 0; channel < c->depth; channel++) {
                *stage++ = inside ? input[at + channel] : (int8_t)c->conv.input_zero;
            }
        }
    }
}

// Input: rows × columns × depth. Output: output pixels × channels. `stage`, aligned to four: `together` times 8 bytes
// per unit of four taps, then `together` times `step` bytes.
TL_INLINE void tl_conv2d(const struct tl_conv2d *c, const int8_t *input, int8_t *output, int8_t *stage) {
    int8_t *const bytes = stage + c->conv.together * ((c->conv.taps + 3) / 4) * 8;
    TL_KEEP_LOOP
    for (int32_t position = 0; position < c->conv.positions; position += c->conv.together) {
        const int32_t left = c->conv.positions - position;
        const int32_t valid = left < c->conv.together ? left : c->conv.together;
        TL_KEEP_LOOP
        for (int32_t p = 0; p < valid; p++) {
            tl_gather(c, input, position + p, bytes + p * c->conv.step);
        }
        tl_conv_row(&c->conv, bytes, stage, valid, output + position * c->conv.channels);
    }
}

#ifdef __cplusplus
}
#endif

#endif
