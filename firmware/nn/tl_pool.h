// tl_pool.h: maximum and average under a window, and the mean over whole axes, in 8-bit integers.
#ifndef TL_POOL_H
#define TL_POOL_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_pool {
    int32_t rows;  // of the input
    int32_t columns;
    int32_t channels;
    int32_t out_rows;
    int32_t out_columns;
    int32_t kernel_rows;
    int32_t kernel_columns;
    int32_t stride_rows;
    int32_t stride_columns;
    int32_t pad_rows;  // padding above and left of the input; it counts nothing
    int32_t pad_columns;
    int32_t average;  // 0: maximum, 1: average rounded half away from zero
    int32_t low;      // clamp, both ends included
    int32_t high;
};

// One output of one channel; the window covers rows [top, bottom) and columns [left, right), all inside the input.
TL_INLINE int8_t tl_pool_window(const struct tl_pool *c, const int8_t *input, int32_t top, int32_t bottom, int32_t left,
                                int32_t right) {
    const int32_t count = (bottom - top) * (right - left);
    int32_t result = c->average != 0 ? 0 : -128;
    for (int32_t y = top; y < bottom; y++) {
        for (int32_t x = left; x < right; x++) {
            const int32_t value = input[(y * c->columns + x) * c->channels];
            result = c->average != 0 ? result + value : value > result ? value : result;
        }
    }
    if (c->average != 0) {
        result = (result + (result > 0 ? count / 2 : -(count / 2))) / count;
    }
    return (int8_t)tl_clamp(result, c->low, c->high);
}

// Input: rows × columns × channels. Output: out_rows × out_columns × channels; it may begin where the input begins.
TL_INLINE void tl_pool(const struct tl_pool *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t row = 0; row < c->out_rows; row++) {
        const int32_t top = row * c->stride_rows - c->pad_rows;
        const int32_t bottom = top + c->kernel_rows < c->rows ? top + c->kernel_rows : c->rows;
        TL_KEEP_LOOP
        for (int32_t column = 0; column < c->out_columns; column++) {
            const int32_t left = column * c->stride_columns - c->pad_columns;
            const int32_t right = left + c->kernel_columns < c->columns ? left + c->kernel_columns : c->columns;
            TL_KEEP_LOOP
            for (int32_t channel = 0; channel < c->channels; channel++) {
                *output++ = tl_pool_window(c, input + channel, top > 0 ? top : 0, bottom, left > 0 ? left : 0, right);
            }
        }
    }
}

// The mean over `reduced` values: input outer × reduced × inner, output outer × inner. 1/reduced is part of the
// multiplier.
struct tl_mean {
    int32_t outer;
    int32_t reduced;
    int32_t inner;
    int32_t input_zero;
    struct tl_requant out;  // one channel
};

TL_INLINE void tl_mean(const struct tl_mean *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t o = 0; o < c->outer; o++) {
        TL_KEEP_LOOP
        for (int32_t i = 0; i < c->inner; i++) {
            int32_t sum = -c->input_zero * c->reduced;
            for (int32_t k = 0; k < c->reduced; k++) {
                sum += input[(o * c->reduced + k) * c->inner + i];
            }
            *output++ = tl_requantize(&c->out, 0, sum);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
