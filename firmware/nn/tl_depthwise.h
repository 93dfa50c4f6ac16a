// tl_depthwise.h: depthwise convolutions in 8-bit integers: one kernel for signals, one for everything else.
#ifndef TL_DEPTHWISE_H
#define TL_DEPTHWISE_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// Along one axis, one output channel per input channel, no dilation. Works channel by channel with the weights in
// registers; the output may stand where the input stands (`before` rows lower), because a channel touches no other.
struct tl_depthwise_line {
    int32_t rows;  // of the input
    int32_t out_rows;
    int32_t channels;
    int32_t taps;
    int32_t stride;  // rows from one window to the next
    int32_t before;  // rows of padding before the input
    int32_t head;    // outputs [head, tail) have all their taps inside; their number divides by `together`
    int32_t tail;
    int32_t together;       // outputs computed at once
    int32_t input_zero;     // int8 value that stands in the padding
    const int8_t *weights;  // channel × tap
    const int32_t *biases;  // per channel, input zero point folded in
    struct tl_requant out;
};

// `together` outputs of one channel from row `row` on; `edge` is 1 where the windows may hang over the input's ends.
TL_INLINE void tl_depthwise_outputs(const struct tl_depthwise_line *c, const int8_t *input, int8_t *output,
                                    int32_t channel, int32_t row, int together, int edge) {
    const int32_t first = row * c->stride - c->before;
    int32_t sums[TL_BLOCK_MAX];
    TL_UNROLL
    for (int p = 0; p < together; p++) {
        sums[p] = c->biases[channel];
    }
    TL_UNROLL
    for (int32_t i = 0; i < (together - 1) * c->stride + c->taps; i++) {
        const int inside = edge == 0 || (first + i >= 0 && first + i < c->rows);
        const int32_t x = inside ? input[(first + i) * c->channels + channel] : c->input_zero;
        TL_UNROLL
        for (int p = 0; p < together; p++) {
            const int32_t tap = i - p * c->stride;
            if (tap >= 0 && tap < c->taps) {
                sums[p] += x * c->weights[channel * c->taps + tap];
            }
        }
    }
    TL_UNROLL
    for (int p = 0; p < together; p++) {
        output[(row + p) * c->channels + channel] = tl_requantize(&c->out, channel, sums[p]);
    }
}

// Input: rows × channels. Output: out_rows × channels.
TL_INLINE void tl_depthwise_line(const struct tl_depthwise_line *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t channel = 0; channel < c->channels; channel++) {
        TL_KEEP_LOOP
        for (int32_t row = 0; row < c->head; row++) {
            tl_depthwise_outputs(c, input, output, channel, row, 1, 1);
        }
        TL_KEEP_LOOP
        for (int32_t row = c->head; row < c->tail; row += c->together) {
            tl_depthwise_outputs(c, input, output, channel, row, (int)c->together, 0);
        }
        TL_KEEP_LOOP
        for (int32_t row = c->tail; row < c->out_rows; row++) {
            tl_depthwise_outputs(c, input, output, channel, row, 1, 1);
        }
    }
}

// Any kernel, stride, dilation, padding and multiplier.
struct tl_depthwise {
    int32_t rows;  // of the input
    int32_t columns;
    int32_t depth;
    int32_t out_rows;
    int32_t out_columns;
    int32_t multiplier;  // output channels per input channel
    int32_t kernel_rows;
    int32_t kernel_columns;
    int32_t stride_rows;
    int32_t stride_columns;
    int32_t dilation_rows;
    int32_t dilation_columns;
    int32_t pad_rows;  // padding above and left of the input
    int32_t pad_columns;
    int32_t input_zero;     // int8 value that stands in the padding
    const int8_t *weights;  // kernel row × kernel column × output channel
    const int32_t *biases;  // per output channel, input zero point folded in
    struct tl_requant out;
};

TL_INLINE int32_t tl_depthwise_sum(const struct tl_depthwise *c, const int8_t *input, int32_t row, int32_t column,
                                   int32_t channel) {
    const int32_t channels = c->depth * c->multiplier;
    int32_t sum = c->biases[channel];
    for (int32_t i = 0; i < c->kernel_rows; i++) {
        const int32_t y = row * c->stride_rows - c->pad_rows + i * c->dilation_rows;
        for (int32_t j = 0; j < c->kernel_columns; j++) {
            const int32_t x = column * c->stride_columns - c->pad_columns + j * c->dilation_columns;
            const int inside = y >= 0 && y < c->rows && x >= 0 && x < c->columns;
            const int32_t value =
                inside ? input[(y * c->columns + x) * c->depth + channel / c->multiplier] : c->input_zero;
            sum += value * c->weights[(i * c->kernel_columns + j) * channels + channel];
        }
    }
    return sum;
}

// Input: rows × columns × depth. Output: out_rows × out_columns × (depth · multiplier).
TL_INLINE void tl_depthwise(const struct tl_depthwise *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t row = 0; row < c->out_rows; row++) {
        TL_KEEP_LOOP
        for (int32_t column = 0; column < c->out_columns; column++) {
            TL_KEEP_LOOP
            for (int32_t channel = 0; channel < c->depth * c->multiplier; channel++) {
                const int32_t sum = tl_depthwise_sum(c, input, row, column, channel);
                *output++ = tl_requantize(&c->out, channel, sum);
            }
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
