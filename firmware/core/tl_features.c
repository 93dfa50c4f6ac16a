#include "tl_features.h"

#define FRACTION 16
#define MAGNITUDE 3U

struct sums {
    int64_t sum;
    int64_t squares;
    int64_t changes;
    int32_t minimum;
    int32_t maximum;
};

uint32_t tl_isqrt(uint64_t value) {
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

static int64_t floor_div(int64_t value, int64_t by) {
    const int64_t quotient = value / by;
    return (value % by != 0 && (value < 0) != (by < 0)) ? quotient - 1 : quotient;
}

// One axis, or the length of all three.
static int32_t sample(const int16_t *counts, uint16_t index, uint8_t axis) {
    const int16_t *at = counts + 3U * (uint32_t)index;
    if (axis != MAGNITUDE) {
        return at[axis];
    }
    const int64_t square = (int64_t)at[0] * at[0] + (int64_t)at[1] * at[1] + (int64_t)at[2] * at[2];
    return (int32_t)tl_isqrt((uint64_t)square);
}

static struct sums sum_axis(const int16_t *counts, uint16_t samples, uint8_t axis) {
    int32_t previous = sample(counts, 0, axis);
    struct sums s = {.minimum = previous, .maximum = previous};
    for (uint16_t i = 0; i < samples; i++) {
        const int32_t value = sample(counts, i, axis);
        s.sum += value;
        s.squares += (int64_t)value * value;
        s.changes += value > previous ? value - previous : previous - value;
        s.minimum = value < s.minimum ? value : s.minimum;
        s.maximum = value > s.maximum ? value : s.maximum;
        previous = value;
    }
    return s;
}

static int32_t tl_feature_mean(const struct sums *s, uint16_t samples) {
    return (int32_t)floor_div(s->sum, samples);
}

// The spread n·Σab − Σa·Σb brought to counts², times FRACTION².
static int64_t per_sample(int64_t spread, uint16_t samples) {
    return floor_div(floor_div(spread, samples) * (FRACTION * FRACTION), samples);
}

static int32_t tl_feature_deviation(const struct sums *s, uint16_t samples) {
    const int64_t spread = (int64_t)samples * s->squares - s->sum * s->sum;
    return (int32_t)tl_isqrt((uint64_t)per_sample(spread, samples));
}

static int32_t tl_feature_minimum(const struct sums *s) {
    return s->minimum;
}

static int32_t tl_feature_maximum(const struct sums *s) {
    return s->maximum;
}

static int32_t tl_feature_change(const struct sums *s, uint16_t samples) {
    return (int32_t)(FRACTION * s->changes / (samples - 1));
}

static int32_t tl_feature_crossings(const int16_t *counts, uint16_t samples, uint8_t axis, int32_t mean) {
    int32_t crossings = 0;
    int32_t above = sample(counts, 0, axis) > mean;
    for (uint16_t i = 1; i < samples; i++) {
        const int32_t now = sample(counts, i, axis) > mean;
        crossings += now != above;
        above = now;
    }
    return crossings;
}

static int32_t tl_feature_correlation(const int16_t *counts, uint16_t samples, const struct sums *sums,
                                      const int32_t *deviations, uint8_t a, uint8_t b) {
    const int64_t scale = (int64_t)deviations[a] * deviations[b];
    if (scale == 0) {
        return 0;
    }
    int64_t products = 0;
    for (uint16_t i = 0; i < samples; i++) {
        products += (int64_t)sample(counts, i, a) * sample(counts, i, b);
    }
    const int64_t spread = (int64_t)samples * products - sums[a].sum * sums[b].sum;
    const int64_t r = floor_div(1024 * per_sample(spread, samples), scale);
    return (int32_t)(r > 1024 ? 1024 : (r < -1024 ? -1024 : r));
}

void tl_features(const int16_t *counts, uint16_t samples, int32_t *values) {
    struct sums sums[4];
    int32_t deviations[4];
    for (uint8_t axis = 0; axis <= MAGNITUDE; axis++) {
        sums[axis] = sum_axis(counts, samples, axis);
        const struct sums *s = &sums[axis];
        const int32_t mean = tl_feature_mean(s, samples);
        deviations[axis] = tl_feature_deviation(s, samples);
        *values++ = mean;
        *values++ = deviations[axis];
        *values++ = tl_feature_minimum(s);
        *values++ = tl_feature_maximum(s);
        *values++ = tl_feature_change(s, samples);
        *values++ = tl_feature_crossings(counts, samples, axis, mean);
    }
    *values++ = tl_feature_correlation(counts, samples, sums, deviations, 0, 1);
    *values++ = tl_feature_correlation(counts, samples, sums, deviations, 0, 2);
    *values = tl_feature_correlation(counts, samples, sums, deviations, 1, 2);
}
