// tl_conv.h: convolutions over windows that lie contiguous in memory, in 8-bit integers.
//
// Covers (k,1) and (1,k) convolutions, 1×1 convolutions, and two-dimensional convolutions over a few columns (their columns
// become channels). Max-pooling that follows is done on the accumulators, which is exact: requantization is monotone. The
// input's zero point is folded into the biases, so padding is filled with that zero point.
//
// Channels go in pairs. A pair's weights stand in units of four taps, 8 bytes: both channels of tap 0, of tap 2, of tap 1,
// of tap 3. With the DSP unit the windows are spread to 16 bits in that order first, once for all channels.
#ifndef TL_CONV_H
#define TL_CONV_H

#include "tl_nn.h"

struct tl_conv {
    int32_t positions;     // windows, one after another
    int32_t taps;          // bytes of one window
    int32_t step;          // bytes from one window to the next
    int32_t before;        // bytes of padding before the input
    int32_t length;        // bytes of input
    int32_t beyond;        // 1: up to three bytes behind the input may be read
    int32_t columns;       // output columns per position
    int32_t channels;      // output channels per column
    int32_t pool;          // positions pooled into one output row; 1: none
    int32_t pool_columns;  // columns pooled into one; 1: none
    int32_t together;      // windows computed at once, 1 to 3; divides `pool` when there is pooling
    int32_t input_zero;    // int8 value that fills the padding
    const int8_t *weights; // per column: pairs of channels, the last one filled up with zeros; see above
    const int32_t *biases; // per column and channel, rounded up to pairs, input zero point folded in
    struct tl_requant out;
};

// Copies `bytes` bytes that begin at `first`, which may lie before or behind the input, into `stage`.
TL_NOINLINE void tl_stage(int8_t *stage, const int8_t *input, int32_t first, int32_t bytes, int32_t length, int32_t zero)
{
    TL_KEEP_LOOP
    for (int32_t i = 0; i < bytes; i++) {
        const int32_t at = first + i;
        stage[i] = at >= 0 && at < length ? input[at] : (int8_t)zero;
    }
}

#if TL_DSP
// Windows, `step` bytes apart, become pairs of 16 bits: per unit of four taps the even pairs of all windows, then the odd.
TL_INLINE void tl_spread(uint32_t *pairs, const int8_t *x, int32_t step, int32_t units, int together)
{
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
#define TL_UNIT_2X2                                                                                                      \
    "ldrd %[x0], %[x1], [%[x]], #16\n"                                                                                   \
    "ldrd %[w0], %[w1], [%[w]], #8\n"                                                                                    \
    "sxtb16 %[t], %[w0]\n"                                                                                               \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                    \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                    \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                      \
    "smlad %[b], %[x0], %[w0], %[b]\n"                                                                                   \
    "smlad %[d], %[x1], %[w0], %[d]\n"                                                                                   \
    "ldrd %[x0], %[x1], [%[x], #-8]\n"                                                                                   \
    "sxtb16 %[t], %[w1]\n"                                                                                               \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                    \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                    \
    "sxtb16 %[w1], %[w1], ror #8\n"                                                                                      \
    "smlad %[b], %[x0], %[w1], %[b]\n"                                                                                   \
    "smlad %[d], %[x1], %[w1], %[d]\n"

TL_INLINE void tl_products_2x2(int32_t *sums, const uint32_t *x, const int8_t *w, int32_t units)
{
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
    uint32_t x0, x1, w0, w1, t;
    if (units % 2 != 0) {
        __asm__ volatile(TL_UNIT_2X2
                         : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [x] "+r"(x), [w] "+r"(w), [x0] "=&r"(x0),
                           [x1] "=&r"(x1), [w0] "=&r"(w0), [w1] "=&r"(w1), [t] "=&r"(t)
                         :
                         : "memory");
    }
    if (units > 1) {
        const int8_t *end = w + units / 2 * 16;
        __asm__ volatile("1:\n" TL_UNIT_2X2 TL_UNIT_2X2 "cmp %[w], %[end]\n"
                         "bne 1b\n"
                         : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [x] "+r"(x), [w] "+r"(w), [x0] "=&r"(x0),
                           [x1] "=&r"(x1), [w0] "=&r"(w0), [w1] "=&r"(w1), [t] "=&r"(t)
                         : [end] "r"(end)
                         : "memory", "cc");
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

// One unit of four taps for three windows and two channels: 24 products in 22 instructions.
#define TL_HALF_UNIT_3X2                                                                                                 \
    "sxtb16 %[t], %[w0]\n"                                                                                               \
    "sxtb16 %[w0], %[w0], ror #8\n"                                                                                      \
    "smlad %[a], %[x0], %[t], %[a]\n"                                                                                    \
    "smlad %[b], %[x0], %[w0], %[b]\n"                                                                                   \
    "smlad %[c], %[x1], %[t], %[c]\n"                                                                                    \
    "smlad %[d], %[x1], %[w0], %[d]\n"
#define TL_UNIT_3X2                                                                                                      \
    "ldr %[w0], [%[w]], #8\n"                                                                                            \
    "ldrd %[x0], %[x1], [%[x]], #24\n" TL_HALF_UNIT_3X2 "ldr %[x0], [%[x], #-16]\n"                                      \
    "smlad %[e], %[x0], %[t], %[e]\n"                                                                                    \
    "smlad %[f], %[x0], %[w0], %[f]\n"                                                                                   \
    "ldr %[w0], [%[w], #-4]\n"                                                                                           \
    "ldrd %[x0], %[x1], [%[x], #-12]\n" TL_HALF_UNIT_3X2 "ldr %[x0], [%[x], #-4]\n"                                      \
    "smlad %[e], %[x0], %[t], %[e]\n"                                                                                    \
    "smlad %[f], %[x0], %[w0], %[f]\n"

TL_INLINE void tl_products_3x2(int32_t *sums, const uint32_t *x, const int8_t *w, int32_t units)
{
    int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3], e = sums[4], f = sums[5];
    uint32_t x0, x1, w0, t;
    if (units % 2 != 0) {
        __asm__ volatile(TL_UNIT_3X2
                         : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [e] "+r"(e), [f] "+r"(f), [x] "+r"(x),
                           [w] "+r"(w), [x0] "=&r"(x0), [x1] "=&r"(x1), [w0] "=&r"(w0), [t] "=&r"(t)
                         :
                         : "memory");
    }
    if (units > 1) {
        const int8_t *end = w + units / 2 * 16;
        __asm__ volatile("1:\n" TL_UNIT_3X2 TL_UNIT_3X2 "cmp %[w], %[end]\n"
                         "bne 1b\n"
                         : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [e] "+r"(e), [f] "+r"(f), [x] "+r"(x),
                           [w] "+r"(w), [x0] "=&r"(x0), [x1] "=&r"(x1), [w0] "=&r"(w0), [t] "=&r"(t)
                         : [end] "r"(end)
                         : "memory", "cc");
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
    sums[4] = e;
    sums[5] = f;
}

// Adds to sums[2 · window + channel]; `x` as tl_spread left it.
TL_INLINE void tl_products(int32_t *sums, const uint32_t *x, const int8_t *w, int32_t units, int together)
{
    if (together == 2) {
        tl_products_2x2(sums, x, w, units);
    } else if (together == 3) {
        tl_products_3x2(sums, x, w, units);
    } else {
        TL_KEEP_LOOP
        for (int32_t i = 0; i < 2 * units; i++) {
            const uint32_t word = ((const tl_word *)(const void *)w)[i];
            sums[0] = tl_smlad(x[i], tl_even(word), sums[0]);
            sums[1] = tl_smlad(x[i], tl_odd(word), sums[1]);
        }
    }
}
#else
// Adds to sums[2 · window + channel]; windows are `step` bytes apart.
TL_INLINE void tl_products(int32_t *sums, const int8_t *x, const int8_t *w, int32_t taps, int32_t step, int together)
{
    TL_KEEP_LOOP
    for (int32_t k = 0; k < taps; k++) {
        const int8_t *both = w + k / 4 * 8 + k % 2 * 4 + k % 4 / 2 * 2;
        TL_UNROLL
        for (int p = 0; p < together; p++) {
            sums[2 * p] += (int32_t)x[p * step + k] * both[0];
            sums[2 * p + 1] += (int32_t)x[p * step + k] * both[1];
        }
    }
}
#endif

// Two channels, for `together` windows or for one pooled output; `valid` of these windows count.
TL_INLINE void tl_conv_pair(const struct tl_conv *c, const int8_t *x, const int8_t *stage, int32_t column, int32_t channel,
                            int32_t valid, int8_t *output)
{
    const int together = (int)c->together;
    const int results = c->pool > 1 ? 2 : 2 * together;
    const int32_t units = (c->taps + 3) / 4;
    const int32_t width = c->columns / c->pool_columns * c->channels;
    const int32_t blocks = c->pool > 1 ? c->pool / together : 1;
    int32_t best[6];
    TL_UNROLL
    for (int i = 0; i < results; i++) {
        best[i] = INT32_MIN;
    }
    TL_KEEP_LOOP
    for (int32_t j = 0; j < c->pool_columns; j++) {
        const int32_t at = (column * c->pool_columns + j) * ((c->channels + 1) / 2 * 2) + channel;
        TL_KEEP_LOOP
        for (int32_t block = 0; block < blocks; block++) {
            int32_t sums[6];
            TL_UNROLL
            for (int i = 0; i < 2 * together; i++) {
                sums[i] = c->biases[at + i % 2];
            }
#if TL_DSP
            (void)x;
            tl_products(sums, (const uint32_t *)(const void *)stage + block * together * units * 2, c->weights + at * units * 4,
                        units, together);
#else
            (void)stage;
            tl_products(sums, x + block * together * c->step, c->weights + at * units * 4, c->taps, c->step, together);
#endif
            TL_UNROLL
            for (int i = 0; i < 2 * together; i++) {
                best[i % results] = sums[i] > best[i % results] ? sums[i] : best[i % results];
            }
        }
    }
    output += column * c->channels + channel;
    TL_UNROLL
    for (int i = 0; i < results; i++) {
        if ((c->channels % 2 == 0 || channel + i % 2 < c->channels) && (i < 2 || i / 2 < valid)) {
            output[i / 2 * width + i % 2] = tl_requantize(&c->out, channel + i % 2, best[i]);
        }
    }
}

// All channels, for `together` windows or for one pooled output. `stage` holds their spread pairs when there is a DSP unit.
TL_INLINE void tl_conv_row(const struct tl_conv *c, const int8_t *x, int8_t *stage, int32_t valid, int8_t *output)
{
#if TL_DSP
    const int32_t units = (c->taps + 3) / 4;
    TL_KEEP_LOOP
    for (int32_t block = 0; block < (c->pool > 1 ? c->pool / c->together : 1); block++) {
        tl_spread((uint32_t *)(void *)stage + block * c->together * units * 2, x + block * c->together * c->step, c->step,
                  units, (int)c->together);
    }
#endif
    TL_KEEP_LOOP
    for (int32_t column = 0; column < c->columns / c->pool_columns; column++) {
        TL_KEEP_LOOP
        for (int32_t channel = 0; channel < c->channels; channel += 2) {
            tl_conv_pair(c, x, stage, column, channel, valid, output);
        }
    }
}

// Input: `length` bytes. Output: positions / pool rows of columns / pool_columns columns of channels.
//
// `stage`, aligned to four: 8 bytes per unit of four taps for each window of a row, then room for the bytes of those windows
// and three more, where padding or the end of an input that must not be over-read ask for it.
TL_INLINE void tl_conv(const struct tl_conv *c, const int8_t *input, int8_t *output, int8_t *stage)
{
    const int32_t rows = c->pool > 1 ? c->pool : c->together;
    const int32_t span = (rows - 1) * c->step + c->taps;
    const int32_t reach = span + (c->beyond != 0 ? 0 : (4 - c->taps % 4) % 4);
    const int32_t width = c->columns / c->pool_columns * c->channels;
    int8_t *const bytes = stage + rows * ((c->taps + 3) / 4) * 8;
    TL_KEEP_LOOP
    for (int32_t position = 0; position < c->positions; position += rows) {
        const int32_t first = position * c->step - c->before;
        const int8_t *x = bytes;
        if (first >= 0 && first + reach <= c->length) {
            x = input + first;
        } else {
            tl_stage(bytes, input, first, span, c->length, c->input_zero);
        }
        tl_conv_row(c, x, stage, c->positions % rows == 0 ? rows : c->positions - position, output);
        output += (c->pool > 1 ? 1 : rows) * width;
    }
}

#endif
