// tl_shape.h: which values a window takes: quartiles, skewness, kurtosis, in integers. No heap, no floats, no board.
// Equal in every bit to tinylab/dsp/features/shape.py, which defines them and says why no sum overflows.
#ifndef TL_SHAPE_H
#define TL_SHAPE_H

#include "tl_statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_PER_SHAPE 5
#define TL_KEPT_BITS 11  // of a sample's distance from the mean

struct tl_shape {
    int32_t samples;  // 2 to 4096
    struct tl_scale scale;
};

// The least and the most of values[low] to values[high - 1].
TL_INLINE void tl_narrow(const tl_int16_alias *values, int32_t low, int32_t high, int32_t *least, int32_t *most) {
    *least = *most = values[low];
    TL_KEEP_LOOP
    for (int32_t i = low + 1; i < high; i++) {
        const int32_t value = values[i];
        *least = value < *least ? value : *least;
        *most = value > *most ? value : *most;
    }
}

// The value of `rank` (0 is the least) among values[low] to values[high - 1], which all lie between least and most.
// Those at and before the rank are moved before those behind it. Values are halved by their range, not by a pivot among
// them: so 16 passes part them at most whatever was measured, and each looks only at what the last one left. Where one
// parted nothing, as in a still window with a knock, the range is narrowed to what is there.
TL_NOINLINE int32_t tl_ranked(tl_int16_alias *values, int32_t low, int32_t high, int32_t rank, int32_t least,
                              int32_t most) {
    TL_KEEP_LOOP
    while (least < most && high - low > 1) {
        const int32_t middle = (least + most) >> 1;
        int32_t edge = low;  // where those above the middle begin
        TL_KEEP_LOOP
        for (int32_t i = low; i < high; i++) {
            const int16_t value = values[i];
            values[i] = values[edge];
            values[edge] = value;
            edge += value <= middle;
        }
        if (edge == low || edge == high) {
            tl_narrow(values, low, high, &least, &most);
        } else if (rank < edge) {
            high = edge;
            most = middle;
        } else {
            low = edge;
            least = middle + 1;
        }
    }
    return values[low];
}

// Lower quartile, median, upper quartile; `values` has room for a copy of the samples.
TL_INLINE void tl_quartiles(struct tl_signal signal, int32_t samples, const struct tl_sums *s, tl_int16_alias *values,
                            int32_t *quartiles) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < samples; i++) {
        values[i] = signal.at[i * signal.step];
    }
    const int32_t least = s->minimum - signal.bias;
    const int32_t most = s->maximum - signal.bias;
    const int32_t half = (samples + 1) / 2;
    const int32_t median = tl_ranked(values, 0, samples, half - 1, least, most);
    quartiles[0] = tl_ranked(values, 0, half, (samples + 3) / 4 - 1, least, median) + signal.bias;
    quartiles[1] = median + signal.bias;
    quartiles[2] = tl_ranked(values, half, samples, (3 * samples + 3) / 4 - 1, median, most) + signal.bias;
}

// Skewness, then kurtosis, in 1/256.
TL_INLINE void tl_skewness_and_kurtosis(struct tl_signal signal, int32_t samples, const struct tl_sums *s,
                                        int32_t *values) {
    const int32_t above = samples * s->maximum - s->sum;
    const int32_t below = s->sum - samples * s->minimum;
    const int32_t largest = above > below ? above : below;
    int32_t shift = 0;
    while (largest >> shift >= (int32_t)1 << TL_KEPT_BITS) {
        shift++;
    }
    const int32_t rounding = ((int32_t)1 << shift >> 1) - s->sum;
    int32_t first = 0;
    int64_t second = 0;
    int64_t third = 0;
    int64_t fourth = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < samples; i++) {
        const int32_t distance = (samples * tl_sample(signal, i) + rounding) >> shift;
        const int32_t square = distance * distance;
        first += distance;
        second += square;
        third += (int64_t)square * distance;
        fourth += (int64_t)square * square;
    }
    if (second == 0) {
        values[0] = values[1] = 0;
        return;
    }
    third -= 3 * tl_floor_div(first * second, samples);  // what rounding moved the mean by is taken off
    const int64_t deviation = tl_isqrt(((uint64_t)second << 16) / (uint64_t)samples);  // times 2^8
    values[0] = (int32_t)tl_floor_div(tl_floor_div(third * 65536, second), deviation);
    values[1] = (int32_t)(4 * samples * (fourth * 64 / second) / second);
}

// Five numbers for each signal, scaled, in the order of SHAPE_FEATURES. `scratch` has 2 * samples bytes, aligned to 2.
TL_INLINE void tl_shape(const struct tl_shape *c, const int16_t *counts, const int8_t *lengths, int8_t *output,
                        int8_t *scratch) {
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t number = 0; number < TL_SIGNALS; number++) {
        const struct tl_signal signal = tl_signal(counts, lengths, number);
        const struct tl_sums s = tl_sum(signal, c->samples);
        int32_t values[TL_PER_SHAPE];
        tl_quartiles(signal, c->samples, &s, (tl_int16_alias *)(void *)scratch, values);
        tl_skewness_and_kurtosis(signal, c->samples, &s, values + 3);
        for (int32_t i = 0; i < TL_PER_SHAPE; i++, at++) {
            output[at] = tl_scale(&c->scale, at, values[i]);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
