// tl_softmax.h: probabilities of scale 1/256 and zero point -128 from int8 values, in fixed point.
//
// The bits of TFLite's reference kernel, which uses gemmlowp's functions: a "raw" number with n integer bits stands for
// raw / 2^(31 - n).
#ifndef TL_SOFTMAX_H
#define TL_SOFTMAX_H

#include "tl_nn.h"

struct tl_softmax {
    int32_t rows;       // each for itself
    int32_t classes;    // 1 to 256
    int32_t multiplier; // with left_shift: a difference of inputs to a raw number with 5 integer bits
    int32_t left_shift;
    int32_t lowest; // differences below count as exp = 0
};

// a · b / 2^31, rounded half up: gemmlowp's SaturatingRoundingDoublingHighMul for all but -2^31 · -2^31.
TL_INLINE int32_t tl_product(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

// number · 2^left, saturated.
TL_INLINE int32_t tl_saturating_shift(int32_t number, int left)
{
    const int32_t limit = (int32_t)((uint32_t)0x7fffffff >> left);
    return number > limit ? 0x7fffffff : number < -limit - 1 ? -0x7fffffff - 1 : number * ((int32_t)1 << left);
}

// number / 2^right, rounded half away from zero.
TL_INLINE int32_t tl_rounding_shift(int32_t number, int right)
{
    const int32_t mask = ((int32_t)1 << right) - 1;
    return (number >> right) + ((number & mask) > (mask >> 1) + (number < 0));
}

// exp of a number of 5 integer bits, at most 0; no integer bits.
TL_NOINLINE int32_t tl_exp(int32_t a)
{
    // exp(-2^k) for k = -2 to 4
    static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t in_quarter = (a & (quarter - 1)) - quarter;
    // Taylor series of fourth order around -1/8
    const int32_t x = in_quarter * 32 + ((int32_t)1 << 28);
    const int32_t square = tl_product(x, x);
    const int32_t cube = tl_product(square, x);
    const int32_t fourth = tl_rounding_shift(tl_product(square, square), 2);
    const int32_t series = tl_rounding_shift(tl_product(fourth + cube, 715827883) + square, 1);
    int32_t result = 1895147668 + tl_product(1895147668, x + series);
    int32_t remainder = (in_quarter - a) >> 24;
    if (a == 0) {
        return 0x7fffffff;
    }
    for (int i = 0; remainder != 0; i++, remainder >>= 1) {
        if ((remainder & 1) != 0) {
            result = tl_product(result, factors[i]);
        }
    }
    return result;
}

// 2^31 / half, where half is in [2^30, 2^31): three steps of Newton's method, 2 integer bits.
TL_INLINE int32_t tl_reciprocal(int32_t half)
{
    int32_t x = 1515870810 + tl_product(half, -1010580540);
    TL_KEEP_LOOP
    for (int i = 0; i < 3; i++) {
        const int32_t rest = ((int32_t)1 << 29) - tl_product(half, x);
        x += tl_saturating_shift(tl_product(x, rest), 2);
    }
    return tl_saturating_shift(x, 1);
}

TL_INLINE void tl_softmax_row(const struct tl_softmax *c, const int8_t *input, int8_t *output, int32_t *exponentials)
{
    int32_t largest = input[0];
    TL_KEEP_LOOP
    for (int32_t i = 1; i < c->classes; i++) {
        largest = input[i] > largest ? input[i] : largest;
    }
    uint32_t total = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        const int32_t difference = input[i] - largest;
        int32_t e = 0;
        if (difference >= c->lowest) {
            e = tl_exp(tl_product(difference * ((int32_t)1 << c->left_shift), c->multiplier));
        }
        exponentials[i] = e;
        total += ((uint32_t)e + 2048) >> 12;
    }
    int32_t shift = 35;
    TL_KEEP_LOOP
    while ((total & 0x80000000u) == 0) {
        total <<= 1;
        shift--;
    }
    const int32_t inverse = tl_reciprocal((int32_t)(total >> 1));
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        const uint32_t product = (uint32_t)tl_product(inverse, exponentials[i]);
        const uint32_t probability = (product + ((uint32_t)1 << (shift - 1))) >> shift;
        output[i] = (int8_t)(probability > 255 ? 127 : (int32_t)probability - 128);
    }
}

// Input and output: rows × classes. `stage`: 4 · classes bytes, aligned to four.
TL_INLINE void tl_softmax(const struct tl_softmax *c, const int8_t *input, int8_t *output, int8_t *stage)
{
    TL_KEEP_LOOP
    for (int32_t row = 0; row < c->rows; row++) {
        tl_softmax_row(c, input + row * c->classes, output + row * c->classes, (int32_t *)(void *)stage);
    }
}

#endif
