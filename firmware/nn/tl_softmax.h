// tl_softmax.h: probabilities of scale 1/256 and zero point -128 from int8 values, in fixed point.
//
// The bits of TFLite's reference kernel, which uses gemmlowp's functions: a "raw" number with n integer bits stands
// for raw / 2^(31 - n).
#ifndef TL_SOFTMAX_H
#define TL_SOFTMAX_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_softmax {
    int32_t rows;        // each for itself
    int32_t classes;     // 1 to 256
    int32_t multiplier;  // with left_shift: a difference of inputs to a raw number with 5 integer bits
    int32_t left_shift;
    int32_t lowest;  // differences below count as exp = 0
};

// gemmlowp's SaturatingRoundingDoublingHighMul, a · b / 2^31 rounded half up (this is the same for all but -2^31 ·
// -2^31), in the shapes that cost least: with |a| below 2^30; with both not negative, and the first of them doubled
// already.
TL_INLINE int32_t tl_small_product(int32_t a, int32_t b) {
#if TL_DSP
    int32_t result;
    __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a * 2), "r"(b));
    return result;
#else
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
#endif
}

TL_INLINE uint32_t tl_positive_product(uint32_t doubled, uint32_t b) {
    return (uint32_t)(((uint64_t)doubled * b + 0x80000000u) >> 32);
}

// number / 2^right, rounded half away from zero.
TL_INLINE int32_t tl_rounding_shift(int32_t number, int right) {
    const int32_t mask = ((int32_t)1 << right) - 1;
    return (number >> right) + ((number & mask) > (mask >> 1) + (number < 0));
}

// exp of a number of 5 integer bits, at most 0; no integer bits.
TL_INLINE uint32_t tl_exp(int32_t a) {
    // exp(-2^k) for k = -2 to 4, doubled
    static const uint32_t factors[7] = {3344923894u, 2605029348u, 1580030168u, 581260616u, 78665070u, 1440802u, 484u};
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t in_quarter = (a & (quarter - 1)) - quarter;
    // Taylor series of fourth order around -1/8
    const int32_t x = in_quarter * 32 + ((int32_t)1 << 28);
    const int32_t square = tl_small_product(x, x);
    const int32_t cube = tl_small_product(square, x);
    const int32_t fourth = (tl_small_product(square, square) + 2) >> 2;  // never negative
    const int32_t series = tl_rounding_shift(tl_small_product(fourth + cube, 715827883) + square, 1);
    uint32_t result = (uint32_t)(1895147668 + tl_small_product(x + series, 1895147668));
    const uint32_t *factor = factors;
    if (a == 0) {
        return 0x7fffffffu;
    }
    TL_KEEP_LOOP
    for (int32_t rest = (in_quarter - a) >> 24; rest != 0; rest >>= 1) {
        if ((rest & 1) != 0) {
            result = tl_positive_product(*factor, result);
        }
        factor++;
    }
    return result;
}

// 2^62 / doubled, at most 2^31 - 1, for an even `doubled` from 2^31 on: three steps of Newton's method, 2 integer
// bits.
TL_INLINE uint32_t tl_reciprocal(uint32_t doubled) {
    const int64_t first = (int64_t)(doubled >> 1) * -1010580540 + ((int64_t)1 << 30);
    int32_t x = 1515870810 + (int32_t)(first >> 31);
    TL_KEEP_LOOP
    for (int i = 0; i < 3; i++) {
        const int32_t rest = ((int32_t)1 << 29) - (int32_t)tl_positive_product(doubled, (uint32_t)x);
        x += tl_small_product(rest, x) * 4;  // far from saturation: |rest| is at most 2^29 / 17
    }
    return x >= (int32_t)1 << 30 ? 0x7fffffffu : (uint32_t)x * 2;
}

// How many zeros stand before the highest one of a number that is not 0.
TL_INLINE int32_t tl_leading_zeros(uint32_t number) {
#if TL_DSP
    return __builtin_clz(number);
#else
    int32_t zeros = 0;
    while ((number & 0x80000000u) == 0) {
        number <<= 1;
        zeros++;
    }
    return zeros;
#endif
}

TL_INLINE void tl_softmax_row(const struct tl_softmax *c, const int8_t *input, int8_t *output, uint32_t *exponentials) {
    int32_t largest = input[0];
    TL_KEEP_LOOP
    for (int32_t i = 1; i < c->classes; i++) {
        largest = input[i] > largest ? input[i] : largest;
    }
    uint32_t total = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        const int32_t difference = input[i] - largest;
        uint32_t e = 0;
        if (difference >= c->lowest) {
            const int64_t scaled = (int64_t)(difference * ((int32_t)1 << c->left_shift)) * c->multiplier;
            e = tl_exp((int32_t)((scaled + ((int64_t)1 << 30)) >> 31));
        }
        exponentials[i] = e;
        total += (e + 2048) >> 12;
    }
    const int32_t zeros = tl_leading_zeros(total);
    const int32_t shift = 35 - zeros;
    const uint32_t inverse = 2 * tl_reciprocal(total << zeros);
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        const uint32_t product = tl_positive_product(inverse, exponentials[i]);
        const uint32_t probability = (product + ((uint32_t)1 << (shift - 1))) >> shift;
        output[i] = (int8_t)(probability > 255 ? 127 : (int32_t)probability - 128);
    }
}

// Input and output: rows × classes. `stage`: 4 · classes bytes, aligned to four.
TL_INLINE void tl_softmax(const struct tl_softmax *c, const int8_t *input, int8_t *output, int8_t *stage) {
    TL_KEEP_LOOP
    for (int32_t row = 0; row < c->rows; row++) {
        tl_softmax_row(c, input + row * c->classes, output + row * c->classes, (uint32_t *)(void *)stage);
    }
}

#ifdef __cplusplus
}
#endif

#endif
