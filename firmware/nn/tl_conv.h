// tl_conv.h: convolutions and dense layers over windows that lie contiguous in memory, in 8-bit integers.
//
// Covers (k,1) and (1,k) convolutions, 1×1 convolutions, dense layers, and two-dimensional convolutions over a few columns
// (their columns become channels). Max-pooling that follows is done on the accumulators, which is exact: requantization is
// monotone. The input's zero point is folded into the biases, so padding is filled with that zero point.
#ifndef TL_CONV_H
#define TL_CONV_H

#include "tl_nn.h"

struct tl_conv {
    int32_t positions;     // windows, one after another
    int32_t taps;          // bytes of one window
    int32_t step;          // bytes from one window to the next
    int32_t before;        // bytes of padding before the input
    int32_t length;        // bytes of input
    int32_t beyond;        // 1: up to three bytes behind the input may be read
    int32_t single_tail;   // 1: the last taps % 4 taps are done one by one, so that nothing is read behind a window
    int32_t columns;       // output columns per position
    int32_t channels;      // output channels per column
    int32_t pool;          // positions pooled into one output row; 1: none
    int32_t pool_columns;  // columns pooled into one; 1: none
    int32_t together;      // positions computed at once; divides `pool` when there is pooling
    int32_t group;         // channels computed at once
    int32_t input_zero;    // int8 value that fills the padding
    const int8_t *weights; // per column: groups of channels; per group: words of four taps, one word per channel
    const int32_t *biases; // per column and channel, input zero point folded in
    struct tl_requant out;
};

// Copies `bytes` bytes that begin at `first`, which may lie before or behind the input, into `stage`.
TL_NOINLINE void tl_stage(int8_t *stage, const int8_t *input, int32_t first, int32_t bytes, int32_t length, int32_t zero)
{
    TL_KEEP_LOOP
    for (int32_t i = 0; i < bytes; i++) {
        const int32_t at = first + i;
        stage[i] = at >= 0 && at < length ? input[at] : (int8_t)zero;
    }
}

// One group of `group` channels, for `together` windows or for one pooled output.
TL_INLINE void tl_conv_group(const struct tl_conv *c, const int8_t *x, int32_t column, int32_t channel, int group,
                             int together, int8_t *output)
{
    const int32_t width = c->columns / c->pool_columns * c->channels;
    const int32_t row_bytes = (c->taps + 3) / 4 * 4;
    const int32_t blocks = c->pool > 1 ? c->pool / together : 1;
    const int results = c->pool > 1 ? group : together * group;
    int32_t best[TL_BLOCK_MAX];
    TL_UNROLL
    for (int32_t j = 0; j < c->pool_columns; j++) {
        const int32_t at = (column * c->pool_columns + j) * c->channels + channel;
        TL_UNROLL
        for (int32_t block = 0; block < blocks; block++) {
            int32_t sums[TL_BLOCK_MAX];
            TL_UNROLL
            for (int i = 0; i < together * group; i++) {
                sums[i] = c->biases[at + i % group];
            }
            tl_dot(sums, x + block * together * c->step, c->step, c->weights + at * row_bytes, c->taps,
                   c->single_tail == 0, together, group);
            TL_UNROLL
            for (int i = 0; i < together * group; i++) {
                const int first = j == 0 && block == 0 && i < results;
                best[i % results] = first || sums[i] > best[i % results] ? sums[i] : best[i % results];
            }
        }
    }
    TL_UNROLL
    for (int i = 0; i < results; i++) {
        output[i / group * width + column * c->channels + channel + i % group] =
            tl_requantize(&c->out, channel + i % group, best[i]);
    }
}

// All channels, for `together` windows or for one pooled output.
TL_INLINE void tl_conv_row(const struct tl_conv *c, const int8_t *x, int together, int8_t *output)
{
    const int32_t full = c->channels / c->group * c->group;
    for (int32_t column = 0; column < c->columns / c->pool_columns; column++) {
        TL_KEEP_LOOP
        for (int32_t channel = 0; channel < full; channel += c->group) {
            tl_conv_group(c, x, column, channel, (int)c->group, together, output);
        }
        if (full < c->channels) {
            tl_conv_group(c, x, column, full, (int)(c->channels - full), together, output);
        }
    }
}

// Where `windows` windows from number `position` on can be read: in the input, or copied into `stage`.
TL_INLINE const int8_t *tl_conv_windows(const struct tl_conv *c, const int8_t *input, int8_t *stage, int32_t position,
                                        int32_t windows)
{
    const int32_t first = position * c->step - c->before;
    const int32_t span = (windows - 1) * c->step + c->taps;
    const int32_t reach = span + (c->beyond != 0 || c->single_tail != 0 ? 0 : (4 - c->taps % 4) % 4);
    if (first >= 0 && first + reach <= c->length) {
        return input + first;
    }
    tl_stage(stage, input, first, span, c->length, c->input_zero);
    return stage;
}

// Input: `length` bytes. Output: positions / pool rows of columns / pool_columns columns of channels. `stage` has room for
// the windows of one row and three bytes, where padding or the end of an input that must not be over-read ask for it;
// else it is not used.
TL_INLINE void tl_conv(const struct tl_conv *c, const int8_t *input, int8_t *output, int8_t *stage)
{
    const int32_t rows = c->pool > 1 ? c->pool : c->together;
    const int32_t width = c->columns / c->pool_columns * c->channels;
    int32_t position = 0;
    TL_KEEP_LOOP
    for (; position + rows <= c->positions; position += rows) {
        tl_conv_row(c, tl_conv_windows(c, input, stage, position, rows), (int)c->together, output);
        output += (c->pool > 1 ? 1 : rows) * width;
    }
    if (c->pool == 1 && c->positions % c->together != 0) {
        TL_KEEP_LOOP
        for (; position < c->positions; position++) {
            tl_conv_row(c, tl_conv_windows(c, input, stage, position, 1), 1, output);
            output += width;
        }
    }
}

#endif
