// tl_scaled_window.h: raw counts of a window become int8 inputs of a network, beside the features of the same window.
// No heap, no floats.
#ifndef TL_SCALED_WINDOW_H
#define TL_SCALED_WINDOW_H

#include "tl_scale.h"
#include "tl_signals.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_scaled_axes {
    int32_t samples;
    int32_t multiplier;  // as in tl_scale_count
    int32_t shift;
    int32_t zero;  // int8 value that stands for 0.0
};

struct tl_scaled_signals {
    int32_t samples;
    int32_t multiplier;
    int32_t shift;
    int32_t zero;
    int32_t one_g;  // in counts
};

// x, y, z of every sample.
TL_INLINE void tl_scaled_axes(const struct tl_scaled_axes *c, const int16_t *counts, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < 3 * c->samples; i++) {
        output[i] = tl_scale_count(counts[i], c->multiplier, (uint8_t)c->shift, (int8_t)c->zero);
    }
}

// x, y, z of every sample, then its length less 1 g; `lengths` are what tl_lengths wrote.
TL_INLINE void tl_scaled_signals(const struct tl_scaled_signals *c, const int16_t *counts, const int8_t *lengths,
                                 int8_t *output) {
    const struct tl_signal length = tl_signal(counts, lengths, TL_LENGTH);
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->samples; i++) {
        for (int32_t axis = 0; axis < 3; axis++) {
            *output++ = tl_scale_count(counts[3 * i + axis], c->multiplier, (uint8_t)c->shift, (int8_t)c->zero);
        }
        const int32_t over = tl_sample(length, i) - c->one_g;
        *output++ = tl_scale_length(over, c->multiplier, (uint8_t)c->shift, (int8_t)c->zero);
    }
}

#ifdef __cplusplus
}
#endif

#endif
