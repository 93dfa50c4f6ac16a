// tl_integer_math.h: division rounded down and square roots, in integers. No heap, no floats, no board.
#ifndef TL_INTEGER_MATH_H
#define TL_INTEGER_MATH_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// The whole number below a quotient; `by` is above 0.
TL_INLINE int64_t tl_floor_div(int64_t value, int64_t by) {
    const int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

// floor(sqrt(value)), bit by bit.
TL_NOINLINE uint32_t tl_isqrt(uint64_t value) {
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
TL_INLINE uint32_t tl_isqrt_near(uint32_t value, uint32_t guess) {
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

#ifdef __cplusplus
}
#endif

#endif
