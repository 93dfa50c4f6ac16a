// tl_axis.h: the four signals that features are taken from: x, y, z, and the length of all three. No heap, no floats.
#ifndef TL_AXIS_H
#define TL_AXIS_H

#include "tl_nn.h"

#define TL_LENGTH 3 // number of the fourth signal
#define TL_SIGNALS 4

// Buffers hold bytes; these may look at them.
#if defined(__GNUC__)
typedef int16_t __attribute__((may_alias)) tl_half;
typedef int32_t __attribute__((may_alias)) tl_whole;
#else
typedef int16_t tl_half;
typedef int32_t tl_whole;
#endif

// One signal among interleaved ones: sample i is at[i * step] + bias.
struct tl_axis {
    const tl_half *at;
    int32_t step;
    int32_t bias;
};

// `lengths` less 32768 are what tl_lengths wrote: the largest is 56755.
TL_INLINE struct tl_axis tl_axis(const int16_t *counts, const int8_t *lengths, int32_t number)
{
    struct tl_axis axis = {(const tl_half *)(const void *)lengths, 1, 32768};
    if (number != TL_LENGTH) {
        axis.at = counts + number;
        axis.step = 3;
        axis.bias = 0;
    }
    return axis;
}

TL_INLINE int32_t tl_sample(struct tl_axis axis, int32_t index)
{
    return axis.at[index * axis.step] + axis.bias;
}

// The whole number below a quotient; `by` is above 0.
TL_INLINE int64_t tl_floor_div(int64_t value, int64_t by)
{
    const int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

// floor(sqrt(value)), bit by bit.
TL_NOINLINE uint32_t tl_isqrt(uint64_t value)
{
    uint64_t root = 0;
    uint64_t bit = (uint64_t)1 << 62;
    while (bit > value) {
        bit >>= 2;
    }
    while (bit != 0) {
        if (value >= root + bit) {
            value -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
        bit >>= 2;
    }
    return (uint32_t)root;
}

// The same from a first guess: neighbours in a signal are alike, so that a step or two of Newton's suffice.
TL_INLINE uint32_t tl_isqrt_near(uint32_t value, uint32_t guess)
{
    if (value == 0) {
        return 0;
    }
    uint32_t root = guess > 0 ? guess : 1;
    for (;;) {
        const uint32_t next = (root + value / root) >> 1;
        // floor(sqrt) is the only number with root^2 <= value < (root + 1)^2; all are below 2^16.
        if (next == root || next == root + 1) {
            root = next;
            break;
        }
        root = next;
    }
    while (root * root > value) {
        root--;
    }
    while (value - root * root > 2 * root) {
        root++;
    }
    return root;
}

struct tl_lengths {
    int32_t samples;
};

// sqrt(x^2 + y^2 + z^2), whole counts rounded down, less 32768, as 16-bit numbers in `lengths`.
TL_INLINE void tl_lengths(const struct tl_lengths *c, const int16_t *counts, int8_t *lengths)
{
    tl_half *to = (tl_half *)(void *)lengths;
    uint32_t root = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->samples; i++) {
        uint32_t square = 0;
        for (int32_t axis = 0; axis < 3; axis++) {
            const int32_t value = counts[3 * i + axis];
            square += (uint32_t)(value * value);
        }
        root = tl_isqrt_near(square, root);
        to[i] = (int16_t)((int32_t)root - 32768);
    }
}

#endif
