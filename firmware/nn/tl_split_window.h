// tl_split_window.h: raw counts of a window become int8 inputs of a network, movement and gravity apart: the moving mean
// of each axis, and what is left of the counts without it. No heap, no floats.
#ifndef TL_SPLIT_WINDOW_H
#define TL_SPLIT_WINDOW_H

#include "tl_scale.h"
#include "tl_signals.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_split_axes {
    int32_t samples;
    int32_t half;  // samples to either side that the mean is taken over, at most 16383; less where the window ends
    int32_t multiplier;  // as in tl_scale_count
    int32_t shift;
    int32_t zero;  // int8 value that stands for 0.0
};

struct tl_split_signals {
    struct tl_split_axes axes;
    int32_t one_g;  // in counts
};

// Sums of each axis over `count` samples.
struct tl_split_sums {
    int32_t sums[3];
    int32_t count;
};

TL_INLINE void tl_split_enter(struct tl_split_sums *s, const int16_t *xyz, int32_t sign) {
    for (int32_t axis = 0; axis < 3; axis++) {
        s->sums[axis] += sign * xyz[axis];
    }
    s->count += sign;
}

// The sums before the first sample: what is ahead of it, less the one that tl_split_row adds.
TL_INLINE struct tl_split_sums tl_split_begin(const struct tl_split_axes *c, const int16_t *counts) {
    struct tl_split_sums s = {{0, 0, 0}, 0};
    for (int32_t i = 0; i < c->half && i < c->samples; i++) {
        tl_split_enter(&s, counts + 3 * i, 1);
    }
    return s;
}

// Six values of sample i: x, y, z less their means, then the means, rounded half up. Called for i = 0, 1, 2 …
TL_INLINE void tl_split_row(const struct tl_split_axes *c, const int16_t *counts, int32_t i, struct tl_split_sums *s,
                            int8_t *output) {
    if (c->half < c->samples - i) {
        tl_split_enter(s, counts + 3 * (i + c->half), 1);
    }
    if (i > c->half) {
        tl_split_enter(s, counts + 3 * (i - c->half - 1), -1);
    }
    const uint32_t count = (uint32_t)s->count;
    for (int32_t axis = 0; axis < 3; axis++) {
        // Nothing below 0 is divided: C rounds towards 0 there, and not down.
        const uint32_t above = (uint32_t)s->sums[axis] + 32768U * count + count / 2U;
        const int32_t mean = (int32_t)(above / count) - 32768;
        const int32_t rest = counts[3 * i + axis] - mean;
        output[axis] = tl_scale_length(rest, c->multiplier, (uint8_t)c->shift, (int8_t)c->zero);
        output[3 + axis] = tl_scale_count((int16_t)mean, c->multiplier, (uint8_t)c->shift, (int8_t)c->zero);
    }
}

// x, y, z of every sample less their moving means, then these.
TL_INLINE void tl_split_axes(const struct tl_split_axes *c, const int16_t *counts, int8_t *output) {
    struct tl_split_sums s = tl_split_begin(c, counts);
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->samples; i++) {
        tl_split_row(c, counts, i, &s, output + 6 * i);
    }
}

// The same, then the length of the sample less 1 g; `lengths` are what tl_lengths wrote.
TL_INLINE void tl_split_signals(const struct tl_split_signals *c, const int16_t *counts, const int8_t *lengths,
                                int8_t *output) {
    const struct tl_signal length = tl_signal(counts, lengths, TL_LENGTH);
    struct tl_split_sums s = tl_split_begin(&c->axes, counts);
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->axes.samples; i++) {
        tl_split_row(&c->axes, counts, i, &s, output + 7 * i);
        const int32_t over = tl_sample(length, i) - c->one_g;
        output[7 * i + 6] = tl_scale_length(over, c->axes.multiplier, (uint8_t)c->axes.shift, (int8_t)c->axes.zero);
    }
}

#ifdef __cplusplus
}
#endif

#endif
