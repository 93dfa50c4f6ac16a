// tl_products.h: sums of products for two channels and up to three windows at once, the heart of every convolution.
//
// A pair of channels has its weights in units of four taps, 8 bytes: both channels of tap 0, of tap 2, of tap 1, of
// tap 3. With the DSP unit the windows are first spread to 16 bits in that order, once for all channels; then one
// load brings two pairs, and each sxtb16 a pair of weights for one channel. The loops are written out, because what
// counts is that all sums stay in registers; they need 13, so that a frame pointer may take the fourteenth.
#ifndef TL_PRODUCTS_H
#define TL_PRODUCTS_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

#if TL_DSP
// Windows, `step` bytes apart, become pairs of 16 bits: per unit of four taps the even pairs of all windows, then the
// odd.
TL_INLINE void tl_spread(uint32_t *pairs, const int8_t *x, int32_t step, int32_t units, int together) {
    TL_KEEP_LOOP
    for (int32_t unit = 0; unit < units; unit++) {
        TL_UNROLL
        for (int p = 0; p < together; p++) {
            const uint32_t word = ((const struct tl_unaligned *)(const void *)(x + p * step))->word;
            pairs[p] = tl_even(word);
            pairs[together + p] = tl_odd(word);
        }
        x += 4;
        pairs += 2 * together;
    }
}

// One unit of four taps for two windows and two channels: 16 products in 15 instructions.
#define TL_UNIT_2X2                                                                                                    \
    "ldrd %[x0], %[x1], [%[x]], #16\n"                                                                                 \
    "ldrd %[w0], %[w1], [%[w]], #8\n"                                                                                  \
    "sxtb16 %[t], %[w0]\n"                                                                                             \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                  \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                  \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                    \
    "smlad %[b], %[x0], %[w0], %[b]\n"                                                                                 \
    "smlad %[d], %[x1], %[w0], %[d]\n"                                                                                 \
    "ldrd %[x0], %[x1], [%[x], #-8]\n"                                                                                 \
    "sxtb16 %[t], %[w1]\n"                                                                                             \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                  \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                  \
    "sxtb16 %[w1], %[w1], ror #8\n"                                                                                    \
    "smlad %[b], %[x0], %[w1], %[b]\n"                                                                                 \
    "smlad %[d], %[x1], %[w1], %[d]\n"

// The same as the first unit of a sum: the second window begins from the first one's sums, which are still the
// biases.
#define TL_FIRST_UNIT_2X2                                                                                              \
    "ldrd %[x0], %[x1], [%[x]], #16\n"                                                                                 \
    "ldrd %[w0], %[w1], [%[w]], #8\n"                                                                                  \
    "sxtb16 %[t], %[w0]\n"                                                                                             \
    "smlad %[c], %[x1], %[t], %[a]\n"                                                                                  \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                  \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                    \
    "smlad %[d], %[x1], %[w0], %[b]\n"                                                                                 \
    "smlad %[b], %[x0], %[w0], %[b]\n"                                                                                 \
    "ldrd %[x0], %[x1], [%[x], #-8]\n"                                                                                 \
    "sxtb16 %[t], %[w1]\n"                                                                                             \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                  \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                  \
    "sxtb16 %[w1], %[w1], ror #8\n"                                                                                    \
    "smlad %[b], %[x0], %[w1], %[b]\n"                                                                                 \
    "smlad %[d], %[x1], %[w1], %[d]\n"

#define TL_OPERANDS_2X2                                                                                                \
    [a] "+r"(a), [b] "+r"(b), [c] "=&r"(c), [d] "=&r"(d), [x] "+r"(x), [w] "+r"(w), [x0] "=&r"(x0), [x1] "=&r"(x1),    \
        [w0] "=&r"(w0), [w1] "=&r"(w1), [t] "=&r"(t)

// The largest of the windows of each channel, when they are pooled.
#define TL_LARGER(one, two)                                                                                            \
    "cmp %[" one "], %[" two "]\n"                                                                                     \
    "it lt\n"                                                                                                          \
    "movlt %[" one "], %[" two "]\n"
#define TL_POOL_2X2 TL_LARGER("a", "c") TL_LARGER("b", "d")
#define TL_POOL_3X2 TL_POOL_2X2 TL_LARGER("a", "e") TL_LARGER("b", "f")

// All units: the first one alone where their number is odd, the others two by two, straight where there are few.
#define TL_ALL_UNITS(first, unit, spread_biases, tail, operands)                                                       \
    do {                                                                                                               \
        const int8_t *end = w + units * 8;                                                                             \
        if (units == 1) {                                                                                              \
            __asm__ volatile(first tail : operands : : "memory", "cc");                                                \
        } else if (units == 2) {                                                                                       \
            __asm__ volatile(first unit tail : operands : : "memory", "cc");                                           \
        } else if (units == 3) {                                                                                       \
            __asm__ volatile(first unit unit tail : operands : : "memory", "cc");                                      \
        } else if (units % 2 != 0) {                                                                                   \
            __asm__ volatile(first "1:\n" unit unit "cmp %[w], %[end]\n"                                               \
                                   "bne 1b\n" tail                                                                     \
                             : operands                                                                                \
                             : [end] "r"(end)                                                                          \
                             : "memory", "cc");                                                                        \
        } else {                                                                                                       \
            __asm__ volatile(spread_biases "1:\n" unit unit "cmp %[w], %[end]\n"                                       \
                                           "bne 1b\n" tail                                                             \
                             : operands                                                                                \
                             : [end] "r"(end)                                                                          \
                             : "memory", "cc");                                                                        \
        }                                                                                                              \
    } while (0)

#define TL_BIASES_2X2                                                                                                  \
    "mov %[c], %[a]\n"                                                                                                 \
    "mov %[d], %[b]\n"
#define TL_BIASES_3X2                                                                                                  \
    TL_BIASES_2X2                                                                                                      \
    "mov %[e], %[a]\n"                                                                                                 \
    "mov %[f], %[b]\n"

TL_INLINE void tl_products_2x2(int32_t *sums, const int32_t *biases, const uint32_t *x, const int8_t *w, int32_t units,
                               int pooled) {
    int32_t a = biases[0], b = biases[1], c, d;
    uint32_t x0, x1, w0, w1, t;
    if (pooled) {
        TL_ALL_UNITS(TL_FIRST_UNIT_2X2, TL_UNIT_2X2, TL_BIASES_2X2, TL_POOL_2X2, TL_OPERANDS_2X2);
    } else {
        TL_ALL_UNITS(TL_FIRST_UNIT_2X2, TL_UNIT_2X2, TL_BIASES_2X2, "", TL_OPERANDS_2X2);
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

// One unit of four taps for three windows and two channels: 24 products in 22 instructions.
#define TL_HALF_UNIT_3X2                                                                                               \
    "sxtb16 %[t], %[w0]\n"                                                                                             \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                    \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                  \
    "smlad %[b], %[x0], %[w0], %[b]\n"                                                                                 \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                  \
    "smlad %[d], %[x1], %[w0], %[d]\n"
#define TL_UNIT_3X2                                                                                                    \
    "ldr %[w0], [%[w]], #8\n"                                                                                          \
    "ldrd %[x0], %[x1], [%[x]], #24\n" TL_HALF_UNIT_3X2 "ldr %[x0], [%[x], #-16]\n"                                    \
    "smlad %[e], %[x0], %[t], %[e]\n"                                                                                  \
    "smlad %[f], %[x0], %[w0], %[f]\n"                                                                                 \
    "ldr %[w0], [%[w], #-4]\n"                                                                                         \
    "ldrd %[x0], %[x1], [%[x], #-12]\n" TL_HALF_UNIT_3X2 "ldr %[x0], [%[x], #-4]\n"                                    \
    "smlad %[e], %[x0], %[t], %[e]\n"                                                                                  \
    "smlad %[f], %[x0], %[w0], %[f]\n"

#define TL_FIRST_UNIT_3X2                                                                                              \
    "ldr %[w0], [%[w]], #8\n"                                                                                          \
    "ldrd %[x0], %[x1], [%[x], #4]\n"                                                                                  \
    "sxtb16 %[t], %[w0]\n"                                                                                             \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                    \
    "smlad %[c], %[x0], %[t], %[a]\n"                                                                                  \
    "smlad %[d], %[x0], %[w0], %[b]\n"                                                                                 \
    "ldr %[x0], [%[x]], #24\n"                                                                                         \
    "smlad %[e], %[x1], %[t], %[a]\n"                                                                                  \
    "smlad %[f], %[x1], %[w0], %[b]\n"                                                                                 \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                  \
    "smlad %[b], %[x0], %[w0], %[b]\n"                                                                                 \
    "ldr %[w0], [%[w], #-4]\n"                                                                                         \
    "ldrd %[x0], %[x1], [%[x], #-12]\n" TL_HALF_UNIT_3X2 "ldr %[x0], [%[x], #-4]\n"                                    \
    "smlad %[e], %[x0], %[t], %[e]\n"                                                                                  \
    "smlad %[f], %[x0], %[w0], %[f]\n"

#define TL_OPERANDS_3X2                                                                                                \
    [a] "+r"(a), [b] "+r"(b), [c] "=&r"(c), [d] "=&r"(d), [e] "=&r"(e), [f] "=&r"(f), [x] "+r"(x), [w] "+r"(w),        \
        [x0] "=&r"(x0), [x1] "=&r"(x1), [w0] "=&r"(w0), [t] "=&r"(t)

TL_INLINE void tl_products_3x2(int32_t *sums, const int32_t *biases, const uint32_t *x, const int8_t *w, int32_t units,
                               int pooled) {
    int32_t a = biases[0], b = biases[1], c, d, e, f;
    uint32_t x0, x1, w0, t;
    if (pooled) {
        TL_ALL_UNITS(TL_FIRST_UNIT_3X2, TL_UNIT_3X2, TL_BIASES_3X2, TL_POOL_3X2, TL_OPERANDS_3X2);
    } else {
        TL_ALL_UNITS(TL_FIRST_UNIT_3X2, TL_UNIT_3X2, TL_BIASES_3X2, "", TL_OPERANDS_3X2);
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
    sums[4] = e;
    sums[5] = f;
}

// sums[2 · window + channel] = bias + products; `x` as tl_spread left it. With `pooled`, sums[channel] is the
// largest.
TL_INLINE void tl_products(int32_t *sums, const int32_t *biases, const uint32_t *x, const int8_t *w, int32_t units,
                           int together, int pooled) {
    if (together == 2) {
        tl_products_2x2(sums, biases, x, w, units, pooled);
    } else if (together == 3) {
        tl_products_3x2(sums, biases, x, w, units, pooled);
    } else {
        sums[0] = biases[0];
        sums[1] = biases[1];
        TL_KEEP_LOOP
        for (int32_t i = 0; i < 2 * units; i++) {
            const uint32_t word = ((const tl_word *)(const void *)w)[i];
            sums[0] = tl_smlad(x[i], tl_even(word), sums[0]);
            sums[1] = tl_smlad(x[i], tl_odd(word), sums[1]);
        }
    }
}
#else
// sums[2 · window + channel] = bias + products; windows are `step` bytes apart. With `pooled`, sums[channel] is the
// largest.
TL_INLINE void tl_products(int32_t *sums, const int32_t *biases, const int8_t *x, const int8_t *w, int32_t taps,
                           int32_t step, int together, int pooled) {
    TL_UNROLL
    for (int i = 0; i < 2 * together; i++) {
        sums[i] = biases[i % 2];
    }
    TL_KEEP_LOOP
    for (int32_t k = 0; k < taps; k++) {
        const int8_t *both = w + k / 4 * 8 + k % 2 * 4 + k % 4 / 2 * 2;
        TL_UNROLL
        for (int p = 0; p < together; p++) {
            sums[2 * p] += (int32_t)x[p * step + k] * both[0];
            sums[2 * p + 1] += (int32_t)x[p * step + k] * both[1];
        }
    }
    TL_UNROLL
    for (int i = 2; i < (pooled ? 2 * together : 0); i++) {
        sums[i % 2] = sums[i] > sums[i % 2] ? sums[i] : sums[i % 2];
    }
}
#endif

#ifdef __cplusplus
}
#endif

#endif
