// tl_signals.h: the four signals that features are taken from: x, y, z, and the length of all three. No heap, no
// floats.
#ifndef TL_SIGNALS_H
#define TL_SIGNALS_H

#include "tl_integer_math.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_LENGTH 3  // number of the fourth signal
#define TL_SIGNALS 4

// Buffers hold bytes; these may look at them.
#if defined(__GNUC__)
typedef int16_t __attribute__((may_alias)) tl_int16_alias;
typedef int32_t __attribute__((may_alias)) tl_int32_alias;
#else
typedef int16_t tl_int16_alias;
typedef int32_t tl_int32_alias;
#endif

// One signal among interleaved ones: sample i is at[i * step] + bias.
struct tl_signal {
    const tl_int16_alias *at;
    int32_t step;
    int32_t bias;
};

// `lengths` less 32768 are what tl_lengths wrote: the largest is 56755.
TL_INLINE struct tl_signal tl_signal(const int16_t *counts, const int8_t *lengths, int32_t number) {
    struct tl_signal signal = {(const tl_int16_alias *)(const void *)lengths, 1, 32768};
    if (number != TL_LENGTH) {
        signal.at = counts + number;
        signal.step = 3;
        signal.bias = 0;
    }
    return signal;
}

TL_INLINE int32_t tl_sample(struct tl_signal signal, int32_t index) {
    return signal.at[index * signal.step] + signal.bias;
}

// sqrt(x^2 + y^2 + z^2), whole counts rounded down: 56755 at most. `guess`, any number up to that, makes it quick.
TL_INLINE uint32_t tl_length(const int16_t *xyz, uint32_t guess) {
    uint32_t square = 0;  // up to 3 * 2^30
    for (int32_t axis = 0; axis < 3; axis++) {
        const int32_t value = xyz[axis];
        square += (uint32_t)(value * value);
    }
    return tl_isqrt_near(square, guess);
}

struct tl_lengths {
    int32_t samples;
};

// The length of every sample less 32768, as 16-bit numbers in `lengths`.
TL_INLINE void tl_lengths(const struct tl_lengths *c, const int16_t *counts, int8_t *lengths) {
    tl_int16_alias *to = (tl_int16_alias *)(void *)lengths;
    uint32_t root = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->samples; i++) {
        root = tl_length(counts + 3 * i, root);
        to[i] = (int16_t)((int32_t)root - 32768);
    }
}

#ifdef __cplusplus
}
#endif

#endif
