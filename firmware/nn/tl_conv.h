// tl_conv.h: convolutions over windows that lie contiguous in memory, in 8-bit integers.
//
// Covers (k,1) and (1,k) convolutions, 1×1 convolutions, and two-dimensional convolutions over a few columns (their
// columns become channels). Max-pooling that follows is done on the accumulators, which is exact: requantization is
// monotone. The input's zero point is folded into the biases, so padding is filled with that zero point.
#ifndef TL_CONV_H
#define TL_CONV_H

#include "tl_products.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_conv {
    int32_t positions;      // windows, one after another
    int32_t taps;           // bytes of one window
    int32_t step;           // bytes from one window to the next
    int32_t before;         // bytes of padding before the input
    int32_t length;         // bytes of input
    int32_t beyond;         // 1: up to three bytes behind the input may be read
    int32_t edges;          // 1: some windows begin before the input, end behind it, or must not be over-read
    int32_t columns;        // output columns per position
    int32_t channels;       // output channels per column
    int32_t pool;           // positions pooled into one output row; 1: none
    int32_t pool_columns;   // columns pooled into one; 1: none
    int32_t together;       // windows computed at once, 1 to 3; divides `pool` when there is pooling
    int32_t input_zero;     // int8 value that fills the padding
    const int8_t *weights;  // per column: pairs of channels, the last one filled up with zeros; see tl_products.h
    const int32_t *biases;  // per column and channel, rounded up to pairs, input zero point folded in
    struct tl_requant out;
};

// Copies `bytes` bytes that begin at `first`, which may lie before or behind the input, into `stage`.
TL_NOINLINE void tl_stage(int8_t *stage, const int8_t *input, int32_t first, int32_t bytes, int32_t length,
                          int32_t zero) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < bytes; i++) {
        const int32_t at = first + i;
        stage[i] = at >= 0 && at < length ? input[at] : (int8_t)zero;
    }
}

// The sums of two channels for `together` windows, or the largest of them for one pooled output. Weights and biases
// begin with the first column that is pooled.
TL_INLINE void tl_conv_sums(const struct tl_conv *c, const int8_t *x, const int8_t *stage, const int8_t *weights,
                            const int32_t *biases, int32_t *best) {
    const int together = (int)c->together;
    const int results = c->pool > 1 ? 2 : 2 * together;
    const int32_t units = (c->taps + 3) / 4;
    const int32_t pairs = (c->channels + 1) / 2;
    const int32_t blocks = c->pool > 1 ? c->pool / together : 1;
    const int one_block = c->pool_columns == 1 && blocks == 1;
    TL_UNROLL
    for (int i = 0; i < results; i++) {
        best[i] = INT32_MIN;
    }
    TL_KEEP_LOOP
    for (int32_t j = 0; j < c->pool_columns; j++) {
        TL_KEEP_LOOP
        for (int32_t block = 0; block < blocks; block++) {
            int32_t sums[6];
#if TL_DSP
            (void)x;
            const uint32_t *spread = (const uint32_t *)(const void *)stage + block * together * units * 2;
            tl_products(sums, biases, spread, weights, units, together, c->pool > 1);
#else
            (void)stage;
            tl_products(sums, biases, x + block * together * c->step, weights, c->taps, c->step, together, c->pool > 1);
#endif
            TL_UNROLL
            for (int i = 0; i < results; i++) {
                best[i] = one_block ? sums[i] : sums[i] > best[i] ? sums[i] : best[i];
            }
        }
        weights += pairs * units * 8;
        biases += pairs * 2;
    }
}

// All channels, for `together` windows or for one pooled output; `valid` of these windows count. `stage` holds their
// spread pairs when there is a DSP unit.
TL_INLINE void tl_conv_row(const struct tl_conv *c, const int8_t *x, int8_t *stage, int32_t valid, int8_t *output) {
    const int32_t units = (c->taps + 3) / 4;
    const int32_t out_columns = c->columns / c->pool_columns;
    const int results = (int)(c->pool > 1 ? 2 : 2 * c->together);
    const int8_t *weights = c->weights;
    const int32_t *biases = c->biases;
    TL_HIDE(stage);
    TL_HIDE(weights);
    TL_HIDE(biases);
#if TL_DSP
    TL_KEEP_LOOP
    for (int32_t block = 0; block < (c->pool > 1 ? c->pool / c->together : 1); block++) {
        const int32_t first = block * c->together;
        tl_spread((uint32_t *)(void *)stage + first * units * 2, x + first * c->step, c->step, units, (int)c->together);
    }
#endif
    TL_KEEP_LOOP
    for (int32_t column = 0; column < out_columns; column++) {
        TL_KEEP_LOOP
        for (int32_t channel = 0; channel < c->channels; channel += 2) {
            int32_t best[6];
            tl_conv_sums(c, x, stage, weights, biases, best);
            TL_UNROLL
            for (int i = 0; i < results; i++) {
                if ((c->channels % 2 == 0 || channel + i % 2 < c->channels) && (i < 2 || i / 2 < valid)) {
                    output[i / 2 * out_columns * c->channels + column * c->channels + channel + i % 2] =
                        tl_requantize(&c->out, channel + i % 2, best[i]);
                }
            }
            weights += units * 8;
            biases += 2;
        }
        weights += (c->pool_columns - 1) * ((c->channels + 1) / 2) * units * 8;
        biases += (c->pool_columns - 1) * ((c->channels + 1) / 2) * 2;
    }
}

// Input: `length` bytes. Output: positions / pool rows of columns / pool_columns columns of channels.
//
// `stage`, aligned to four: 8 bytes per unit of four taps for each window of a row, then room for the bytes of those
// windows and three more, where padding or the end of an input that must not be over-read ask for it.
TL_INLINE void tl_conv(const struct tl_conv *c, const int8_t *input, int8_t *output, int8_t *stage) {
    const int32_t rows = c->pool > 1 ? c->pool : c->together;
    const int32_t span = (rows - 1) * c->step + c->taps;
    const int32_t reach = span + (c->beyond != 0 ? 0 : (4 - c->taps % 4) % 4);
    const int32_t width = c->columns / c->pool_columns * c->channels;
    int8_t *const bytes = stage + rows * ((c->taps + 3) / 4) * 8;
    TL_KEEP_LOOP
    for (int32_t position = 0; position < c->positions; position += rows) {
        const int32_t first = position * c->step - c->before;
        const int8_t *x = bytes;
        if (c->edges == 0 || (first >= 0 && first + reach <= c->length)) {
            x = input + first;
        } else {
            tl_stage(bytes, input, first, span, c->length, c->input_zero);
        }
        tl_conv_row(c, x, stage, c->positions % rows == 0 ? rows : c->positions - position, output);
        output += (c->pool > 1 ? 1 : rows) * width;
    }
}

#ifdef __cplusplus
}
#endif

#endif
