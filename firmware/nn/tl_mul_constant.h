// tl_mul_constant.h: a tensor multiplied by constants, in 8-bit integers.
#ifndef TL_MUL_CONSTANT_H
#define TL_MUL_CONSTANT_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// output = clamp(round((a - input_zero) · (constant - constant_zero) · multiplier / 2^shift) + zero), rounded first to
// 24 bits and then to a whole number, both times half to even: what single precision does, without floats.
struct tl_mul_constant {
    int32_t length;
    int32_t period;  // how many constants there are
    int32_t input_zero;
    int32_t constant_zero;
    const int8_t *constants;
    int32_t multiplier;  // 24 bits
    int32_t shift;       // 16 to 40
    int32_t zero;
    int32_t low;
    int32_t high;
};

// number / 2^right, half to even.
TL_INLINE int64_t tl_half_to_even(int64_t number, int32_t right) {
    if (right <= 0) {
        return number * ((int64_t)1 << -right);
    }
    return (number + ((int64_t)1 << (right - 1)) - 1 + ((number >> right) & 1)) >> right;
}

TL_INLINE int8_t tl_scaled_product(const struct tl_mul_constant *c, int32_t a, int32_t b) {
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

TL_INLINE void tl_mul_constant(const struct tl_mul_constant *c, const int8_t *a, int8_t *output) {
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        output[i] = tl_scaled_product(c, a[i], c->constants[at]);
        at = at + 1 < c->period ? at + 1 : 0;
    }
}

#ifdef __cplusplus
}
#endif

#endif
