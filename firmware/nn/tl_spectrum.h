// tl_spectrum.h: how a window swings, by an FFT in integers. No heap, no floats, no board.
// Equal in every bit to tinylab/dsp/spectrum.py, which explains the method and names its source.
#ifndef TL_SPECTRUM_H
#define TL_SPECTRUM_H

#include "tl_scale.h"
#include "tl_signals.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_BANDS 5
#define TL_PER_SPECTRUM (2 + TL_BANDS)

struct tl_spectrum {
    int32_t samples;      // 2 to 4096
    int32_t points;       // of the FFT: a power of two, at least 16 and at least `samples`
    const int16_t *hann;  // Q15, the first half
    const int16_t *sine;  // Q14, 0 to points / 4
    struct tl_scale scale;
};

struct tl_twiddle {
    int32_t cos;
    int32_t sin;
};

// Of the angle 2 pi k / points, 0 <= k < points / 2.
TL_INLINE struct tl_twiddle tl_twiddle(const struct tl_spectrum *c, int32_t k) {
    const int32_t quarter = c->points / 4;
    if (k > quarter) {
        return (struct tl_twiddle){-c->sine[k - quarter], c->sine[2 * quarter - k]};
    }
    return (struct tl_twiddle){c->sine[quarter - k], c->sine[k]};
}

// a * cos + b * sin, rounded once, half up.
TL_INLINE int32_t tl_turned(int32_t a, int32_t cos, int32_t b, int32_t sin) {
    return (int32_t)(((int64_t)a * cos + (int64_t)b * sin + (1 << 13)) >> 14);
}

// Less its mean, under a Hann window, with two bits behind the point.
TL_INLINE int32_t tl_weighted(const struct tl_spectrum *c, struct tl_signal signal, int32_t mean, int32_t i) {
    if (i >= c->samples) {
        return 0;
    }
    const int32_t mirrored = c->samples - 1 - i;
    return ((tl_sample(signal, i) - mean) * c->hann[i < mirrored ? i : mirrored] + (1 << 12)) >> 13;
}

// Even samples and i times odd ones, each where bit reversal puts it.
TL_INLINE void tl_load_windowed(const struct tl_spectrum *c, struct tl_signal signal, tl_int32_alias *z) {
    int32_t sum = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->samples; i++) {
        sum += tl_sample(signal, i);
    }
    const int32_t mean = (int32_t)tl_floor_div(sum, c->samples);
    int32_t reversed = 0;
    TL_KEEP_LOOP
    for (int32_t k = 0; k < c->points / 2; k++) {
        z[2 * reversed] = tl_weighted(c, signal, mean, 2 * k);
        z[2 * reversed + 1] = tl_weighted(c, signal, mean, 2 * k + 1);
        int32_t bit = c->points / 4;
        while ((reversed & bit) != 0) {
            reversed ^= bit;
            bit >>= 1;
        }
        reversed |= bit;
    }
}

// In place, decimation in time, radix 2; `z` has points / 2 complex numbers.
TL_INLINE void tl_transform(const struct tl_spectrum *c, tl_int32_alias *z) {
    TL_KEEP_LOOP
    for (int32_t half = 1; half < c->points / 2; half *= 2) {
        TL_KEEP_LOOP
        for (int32_t k = 0; k < half; k++) {
            const struct tl_twiddle w = tl_twiddle(c, k * (c->points / 2 / half));
            TL_KEEP_LOOP
            for (tl_int32_alias *low = z + 2 * k; low < z + c->points; low += 4 * half) {
                tl_int32_alias *high = low + 2 * half;
                const int32_t real = tl_turned(high[0], w.cos, high[1], w.sin);
                const int32_t imaginary = tl_turned(high[1], w.cos, high[0], -w.sin);
                high[0] = low[0] - real;
                high[1] = low[1] - imaginary;
                low[0] += real;
                low[1] += imaginary;
            }
        }
    }
}

// Four times the squared magnitude of bin k of the real signal, 1 <= k <= points / 2.
TL_INLINE int64_t tl_power(const struct tl_spectrum *c, const tl_int32_alias *z, int32_t k) {
    if (k == c->points / 2) {
        const int32_t twice = 2 * (z[0] - z[1]);
        return (int64_t)twice * twice;
    }
    const tl_int32_alias *one = z + 2 * k;
    const tl_int32_alias *other = z + c->points - 2 * k;
    const struct tl_twiddle w = tl_twiddle(c, k);
    const int32_t odd_real = one[1] + other[1];
    const int32_t odd_imaginary = other[0] - one[0];
    const int32_t real = one[0] + other[0] + tl_turned(odd_real, w.cos, odd_imaginary, w.sin);
    const int32_t imaginary = one[1] - other[1] + tl_turned(odd_imaginary, w.cos, odd_real, -w.sin);
    return (int64_t)real * real + (int64_t)imaginary * imaginary;
}

// 16 * log2(value), rounded down; 0 for 0. The mantissa is squared once for each bit behind the point.
TL_NOINLINE int32_t tl_logarithm(uint64_t value) {
    if (value == 0) {
        return 0;
    }
    int32_t result = 0;
    for (uint64_t rest = value >> 1; rest != 0; rest >>= 1) {
        result++;
    }
    uint32_t mantissa = (uint32_t)(result > 31 ? value >> (result - 31) : value << (31 - result));
    for (int32_t bit = 0; bit < 4; bit++) {
        const uint64_t square = ((uint64_t)mantissa * mantissa) >> 31;
        const int32_t carry = (int32_t)(square >> 32);
        mantissa = (uint32_t)(square >> carry);
        result = 2 * result + carry;
    }
    return result;
}

// The bin of the largest power, its share of all, and the power of each octave.
TL_INLINE void tl_describe(const struct tl_spectrum *c, const tl_int32_alias *z, int32_t *values) {
    int64_t total = 0;
    int64_t band = 0;
    int64_t largest = -1;
    int32_t number = 0;
    int32_t edge = c->points / 2 >> (TL_BANDS - 1);  // where the next octave begins
    TL_KEEP_LOOP
    for (int32_t k = 1; k <= c->points / 2; k++) {
        while (k >= edge && number < TL_BANDS - 1) {
            values[2 + number++] = tl_logarithm((uint64_t)band);
            band = 0;
            edge *= 2;
            edge = edge > 0 ? edge : 1;
        }
        const int64_t power = tl_power(c, z, k);
        total += power;
        band += power;
        if (power > largest) {
            largest = power;
            values[0] = k;
        }
    }
    values[2 + number] = tl_logarithm((uint64_t)band);
    const int64_t thousandth = total >> 10 > 0 ? total >> 10 : 1;
    const int64_t share = largest / thousandth;
    values[1] = (int32_t)(share > 1024 ? 1024 : share);
}

// Seven numbers for each signal, scaled, in the order of SPECTRUM_NAMES. `scratch` has 4 * points bytes, aligned to 4.
TL_INLINE void tl_spectrum(const struct tl_spectrum *c, const int16_t *counts, const int8_t *lengths, int8_t *output,
                           int8_t *scratch) {
    tl_int32_alias *z = (tl_int32_alias *)(void *)scratch;
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t number = 0; number < TL_SIGNALS; number++) {
        tl_load_windowed(c, tl_signal(counts, lengths, number), z);
        tl_transform(c, z);
        int32_t values[TL_PER_SPECTRUM];
        tl_describe(c, z, values);
        for (int32_t i = 0; i < TL_PER_SPECTRUM; i++, at++) {
            output[at] = tl_scale(&c->scale, at, values[i]);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
