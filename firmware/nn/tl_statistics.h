// tl_statistics.h: numbers that describe a window, in integers. No heap, no floats, no board.
// Equal in every bit to tinylab/dsp/features.py, whose table names each function here.
#ifndef TL_STATISTICS_H
#define TL_STATISTICS_H

#include "tl_scale.h"
#include "tl_signals.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_FRACTION 16  // sixteenths of a count, where whole counts would be too coarse

struct tl_statistics {
    int32_t samples;  // 2 to 4096
    struct tl_scale scale;
};

struct tl_sums {
    int64_t squares;
    int32_t sum;
    int32_t changes;
    int32_t minimum;
    int32_t maximum;
};

TL_INLINE struct tl_sums tl_sum(struct tl_signal signal, int32_t samples) {
    int32_t previous = tl_sample(signal, 0);
    struct tl_sums s = {0, 0, 0, previous, previous};
    TL_KEEP_LOOP
    for (int32_t i = 0; i < samples; i++) {
        const int32_t value = tl_sample(signal, i);
        s.sum += value;
        s.squares += (int64_t)value * value;
        s.changes += value > previous ? value - previous : previous - value;
        s.minimum = value < s.minimum ? value : s.minimum;
        s.maximum = value > s.maximum ? value : s.maximum;
        previous = value;
    }
    return s;
}

TL_INLINE int32_t tl_feature_mean(const struct tl_sums *s, int32_t samples) {
    return (int32_t)tl_floor_div(s->sum, samples);
}

// The spread n * sum(ab) - sum(a) * sum(b) brought to counts squared, times TL_FRACTION squared.
TL_INLINE int64_t tl_per_sample(int64_t spread, int32_t samples) {
    return tl_floor_div(tl_floor_div(spread, samples) * (TL_FRACTION * TL_FRACTION), samples);
}

TL_INLINE int32_t tl_feature_deviation(const struct tl_sums *s, int32_t samples) {
    const int64_t spread = samples * s->squares - (int64_t)s->sum * s->sum;
    return (int32_t)tl_isqrt((uint64_t)tl_per_sample(spread, samples));
}

TL_INLINE int32_t tl_feature_minimum(const struct tl_sums *s) {
    return s->minimum;
}

TL_INLINE int32_t tl_feature_maximum(const struct tl_sums *s) {
    return s->maximum;
}

TL_INLINE int32_t tl_feature_change(const struct tl_sums *s, int32_t samples) {
    return (int32_t)((int64_t)TL_FRACTION * s->changes / (samples - 1));
}

TL_INLINE int32_t tl_feature_crossings(struct tl_signal signal, int32_t samples, int32_t mean) {
    int32_t crossings = 0;
    int32_t above = tl_sample(signal, 0) > mean;
    TL_KEEP_LOOP
    for (int32_t i = 1; i < samples; i++) {
        const int32_t now = tl_sample(signal, i) > mean;
        crossings += now != above;
        above = now;
    }
    return crossings;
}

// Axes a and b of one window: their sums and deviations, and the sum of their products.
TL_INLINE int32_t tl_feature_correlation(const struct tl_sums *sums, const int32_t *deviations, int32_t a, int32_t b,
                                         int64_t products, int32_t samples) {
    const int64_t scale = (int64_t)deviations[a] * deviations[b];
    if (scale == 0) {
        return 0;
    }
    const int64_t spread = samples * products - (int64_t)sums[a].sum * sums[b].sum;
    const int64_t r = tl_floor_div(1024 * tl_per_sample(spread, samples), scale);
    return (int32_t)(r > 1024 ? 1024 : r < -1024 ? -1024 : r);
}

TL_INLINE int64_t tl_sum_of_products(const int16_t *counts, int32_t samples, int32_t a, int32_t b) {
    int64_t products = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < samples; i++) {
        products += (int64_t)((int32_t)counts[3 * i + a] * counts[3 * i + b]);
    }
    return products;
}

// Six numbers for each signal, then the correlations xy, xz, yz; scaled, in the order of STATISTICS_NAMES.
TL_INLINE void tl_statistics(const struct tl_statistics *c, const int16_t *counts, const int8_t *lengths,
                             int8_t *output) {
    struct tl_sums sums[TL_SIGNALS];
    int32_t deviations[TL_SIGNALS];
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t number = 0; number < TL_SIGNALS; number++) {
        const struct tl_signal signal = tl_signal(counts, lengths, number);
        const struct tl_sums s = tl_sum(signal, c->samples);
        const int32_t mean = tl_feature_mean(&s, c->samples);
        sums[number] = s;
        deviations[number] = tl_feature_deviation(&s, c->samples);
        const int32_t values[6] = {
            mean,
            deviations[number],
            tl_feature_minimum(&s),
            tl_feature_maximum(&s),
            tl_feature_change(&s, c->samples),
            tl_feature_crossings(signal, c->samples, mean),
        };
        for (int32_t i = 0; i < 6; i++, at++) {
            output[at] = tl_scale(&c->scale, at, values[i]);
        }
    }
    TL_KEEP_LOOP
    for (int32_t a = 0; a < 2; a++) {
        for (int32_t b = a + 1; b < 3; b++, at++) {
            const int64_t products = tl_sum_of_products(counts, c->samples, a, b);
            const int32_t r = tl_feature_correlation(sums, deviations, a, b, products, c->samples);
            output[at] = tl_scale(&c->scale, at, r);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
