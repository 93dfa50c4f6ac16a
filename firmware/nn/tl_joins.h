// tl_joins.h: constants added or multiplied, tensors joined or padded, in 8-bit integers.
#ifndef TL_JOINS_H
#define TL_JOINS_H

#include "tl_nn.h"

// output = clamp(((first · a + offset) >> shift) + zero); the constants are in the offsets, which repeat.
struct tl_add_constant {
    int32_t length;
    int32_t period; // how many offsets there are
    int32_t first;
    const int32_t *offsets; // rounding and both zero points folded in
    int32_t shift;
    int32_t zero;
    int32_t low;
    int32_t high;
};

TL_INLINE void tl_add_constant(const struct tl_add_constant *c, const int8_t *a, int8_t *output)
{
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        const int32_t sum = a[i] * c->first + c->offsets[at];
        output[i] = (int8_t)tl_clamp((sum >> c->shift) + c->zero, c->low, c->high);
        at = at + 1 < c->period ? at + 1 : 0;
    }
}

// output = clamp(round((a - input_zero) · (constant - constant_zero) · multiplier / 2^shift) + zero), rounded first to
// 24 bits and then to a whole number, both times half to even: what single precision does, without floats.
struct tl_mul_constant {
    int32_t length;
    int32_t period; // how many constants there are
    int32_t input_zero;
    int32_t constant_zero;
    const int8_t *constants;
    int32_t multiplier; // 24 bits
    int32_t shift;      // 16 to 40
    int32_t zero;
    int32_t low;
    int32_t high;
};

// number / 2^right, half to even.
TL_INLINE int64_t tl_half_to_even(int64_t number, int32_t right)
{
    if (right <= 0) {
        return number * ((int64_t)1 << -right);
    }
    return (number + ((int64_t)1 << (right - 1)) - 1 + ((number >> right) & 1)) >> right;
}

TL_INLINE int8_t tl_scaled_product(const struct tl_mul_constant *c, int32_t a, int32_t b)
{
    const int32_t product = (a - c->input_zero) * (b - c->constant_zero);
    int64_t number = (int64_t)(product < 0 ? -product : product) * c->multiplier;
    int32_t dropped = 0;
    while ((number >> dropped) >= (int64_t)1 << 24) {
        dropped++;
    }
    number = tl_half_to_even(number, dropped);
    number = tl_half_to_even(number, c->shift - dropped);
    number = (product < 0 ? -number : number) + c->zero;
    return (int8_t)(number < c->low ? c->low : number > c->high ? c->high : number);
}

TL_INLINE void tl_mul_constant(const struct tl_mul_constant *c, const int8_t *a, int8_t *output)
{
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        output[i] = tl_scaled_product(c, a[i], c->constants[at]);
        at = at + 1 < c->period ? at + 1 : 0;
    }
}

// Copies outer × inner pieces of `width` bytes into a larger tensor, which is filled with `value` first where `fill`
// says how many bytes it has. Padding is that; joining is one such copy per input.
struct tl_place {
    int32_t outer;
    int32_t inner;
    int32_t width;
    int32_t outer_stride;
    int32_t inner_stride;
    int32_t at; // of the first piece
    int32_t fill;
    int32_t value;
};

TL_INLINE void tl_place(const struct tl_place *c, const int8_t *input, int8_t *output)
{
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->fill; i++) {
        output[i] = (int8_t)c->value;
    }
    TL_KEEP_LOOP
    for (int32_t o = 0; o < c->outer; o++) {
        TL_KEEP_LOOP
        for (int32_t n = 0; n < c->inner; n++) {
            int8_t *to = output + c->at + o * c->outer_stride + n * c->inner_stride;
            TL_KEEP_LOOP
            for (int32_t k = 0; k < c->width; k++) {
                to[k] = *input++;
            }
        }
    }
}

#endif
