// tl_dense.h: fully connected layers in 8-bit integers.
//
// Outputs go in fours, and in twos at the end. Weights of such a group stand in units: four taps of the first output,
// four taps of the second, and so on; the last taps are filled up with zeros.
#ifndef TL_DENSE_H
#define TL_DENSE_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_dense {
    int32_t rows;  // inputs to which the layer is applied, one after another
    int32_t inputs;
    int32_t outputs;
    int32_t beyond;         // 1: up to three bytes behind the input may be read
    const int8_t *weights;  // groups of outputs, the last one filled up with zeros; see above
    const int32_t *biases;  // per output, rounded up to twos, input zero point folded in
    struct tl_requant out;
};

#if TL_DSP
#define TL_DENSE_PAIR(sum0, sum1)                                                                                      \
    "sxtb16 %[t], %[w0]\n"                                                                                             \
    "smlad %[" sum0 "], %[x0], %[t], %[" sum0 "]\n"                                                                    \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                    \
    "smlad %[" sum0 "], %[x1], %[w0], %[" sum0 "]\n"                                                                   \
    "sxtb16 %[t], %[w1]\n"                                                                                             \
    "smlad %[" sum1 "], %[x0], %[t], %[" sum1 "]\n"                                                                    \
    "sxtb16 %[w1], %[w1], ror #8\n"                                                                                    \
    "smlad %[" sum1 "], %[x1], %[w1], %[" sum1 "]\n"
#define TL_DENSE_INPUT                                                                                                 \
    "ldr %[x1], [%[x]], #4\n"                                                                                          \
    "sxtb16 %[x0], %[x1]\n"                                                                                            \
    "sxtb16 %[x1], %[x1], ror #8\n"

// Units of four inputs, four outputs: 16 products in 21 instructions.
TL_INLINE void tl_dense_four(int32_t *sums, const int8_t *x, const int8_t *w, int32_t units) {
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
    uint32_t x0, x1, w0, w1, t;
    const int8_t *end = w + units * 16;
    // clang-format off
    __asm__ volatile("1:\n" TL_DENSE_INPUT "ldrd %[w0], %[w1], [%[w]], #16\n" TL_DENSE_PAIR("a", "b")
                     "ldrd %[w0], %[w1], [%[w], #-8]\n" TL_DENSE_PAIR("c", "d") "cmp %[w], %[end]\n"
                     "bne 1b\n"
                     : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [x] "+r"(x), [w] "+r"(w), [x0] "=&r"(x0),
                       [x1] "=&r"(x1), [w0] "=&r"(w0), [w1] "=&r"(w1), [t] "=&r"(t)
                     : [end] "r"(end)
                     : "memory", "cc");
    // clang-format on
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

// Units of four inputs, two outputs.
TL_INLINE void tl_dense_two(int32_t *sums, const int8_t *x, const int8_t *w, int32_t units) {
    int32_t a = sums[0], b = sums[1];
    uint32_t x0, x1, w0, w1, t;
    const int8_t *end = w + units * 8;
    // clang-format off
    __asm__ volatile("1:\n" TL_DENSE_INPUT "ldrd %[w0], %[w1], [%[w]], #8\n" TL_DENSE_PAIR("a", "b")
                     "cmp %[w], %[end]\n"
                     "bne 1b\n"
                     : [a] "+r"(a), [b] "+r"(b), [x] "+r"(x), [w] "+r"(w), [x0] "=&r"(x0), [x1] "=&r"(x1),
                       [w0] "=&r"(w0), [w1] "=&r"(w1), [t] "=&r"(t)
                     : [end] "r"(end)
                     : "memory", "cc");
    // clang-format on
    sums[0] = a;
    sums[1] = b;
}
#endif

// Adds the products of inputs [first, inputs) one by one.
TL_INLINE void tl_dense_rest(const struct tl_dense *c, int32_t *sums, const int8_t *x, const int8_t *w, int32_t first,
                             int group) {
    for (int32_t k = first; k < c->inputs; k++) {
        TL_UNROLL
        for (int g = 0; g < group; g++) {
            sums[g] += (int32_t)x[k] * w[k / 4 * 4 * group + 4 * g + k % 4];
        }
    }
}

// `group` outputs (2 or 4) from number `output` on.
TL_INLINE void tl_dense_group(const struct tl_dense *c, const int8_t *x, int32_t output, int group, int8_t *y) {
    const int8_t *w = c->weights + output * ((c->inputs + 3) / 4 * 4);
    int32_t sums[4];
    TL_UNROLL
    for (int g = 0; g < group; g++) {
        sums[g] = c->biases[output + g];
    }
#if TL_DSP
    const int32_t units = c->beyond != 0 ? (c->inputs + 3) / 4 : c->inputs / 4;
    if (units > 0 && group == 4) {
        tl_dense_four(sums, x, w, units);
    } else if (units > 0) {
        tl_dense_two(sums, x, w, units);
    }
    tl_dense_rest(c, sums, x, w, 4 * units, group);
#else
    tl_dense_rest(c, sums, x, w, 0, group);
#endif
    TL_UNROLL
    for (int g = 0; g < group; g++) {
        if (c->outputs % 2 == 0 || output + g < c->outputs) {
            y[output + g] = tl_requantize(&c->out, output + g, sums[g]);
        }
    }
}

// Input: rows × inputs. Output: rows × outputs.
TL_INLINE void tl_dense(const struct tl_dense *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t row = 0; row < c->rows; row++) {
        const int32_t fours = (c->outputs + 1) / 4 * 4;
        TL_KEEP_LOOP
        for (int32_t i = 0; i < fours; i += 4) {
            tl_dense_group(c, input, i, 4, output);
        }
        if (fours < c->outputs) {
            tl_dense_group(c, input, fours, 2, output);
        }
        input += c->inputs;
        output += c->outputs;
    }
}

#ifdef __cplusplus
}
#endif

#endif
