// tl_motion.h: how a window moves from sample to sample: peaks, turning points, jerk. No heap, no floats, no board.
// Equal in every bit to tinylab/dsp/features/motion.py, which defines them and says why no sum overflows.
#ifndef TL_MOTION_H
#define TL_MOTION_H

#include "tl_statistics.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_PER_MOTION 5

struct tl_motion {
    int32_t samples;  // 2 to 4096
    struct tl_scale scale;
};

// How often the signal rises and then falls by `prominence`, which is at least 1.
TL_INLINE int32_t tl_feature_peaks(struct tl_signal signal, int32_t samples, int32_t prominence) {
    int32_t found = 0;
    int32_t sign = -1;  // 1 while the highest is looked for, -1 while the lowest is
    int32_t extreme = -tl_sample(signal, 0);
    TL_KEEP_LOOP
    for (int32_t i = 1; i < samples; i++) {
        const int32_t value = sign * tl_sample(signal, i);
        if (value > extreme) {
            extreme = value;
        } else if (extreme - value >= prominence) {
            found += sign > 0;
            sign = -sign;
            extreme = -value;
        }
    }
    return found;
}

// Turning points, largest jerk, jerk change.
TL_INLINE void tl_jerks(struct tl_signal signal, int32_t samples, int32_t *values) {
    int32_t turns = 0;
    int32_t largest = 0;
    int32_t changes = 0;  // below 2^12 * 2^17
    int32_t held = 0;     // the last jerk that was not 0
    int32_t previous = tl_sample(signal, 0);
    int32_t jerk = tl_sample(signal, 1) - previous;
    TL_KEEP_LOOP
    for (int32_t i = 1; i < samples; i++) {
        const int32_t value = tl_sample(signal, i);
        const int32_t change = value - previous - jerk;
        jerk = value - previous;
        previous = value;
        const int32_t size = jerk < 0 ? -jerk : jerk;
        largest = size > largest ? size : largest;
        changes += change < 0 ? -change : change;
        if (jerk != 0) {
            turns += held != 0 && (held ^ jerk) < 0;
            held = jerk;
        }
    }
    values[0] = turns;
    values[1] = largest;
    values[2] = (int32_t)((int64_t)TL_FRACTION * changes / (samples > 2 ? samples - 2 : 1));
}

TL_INLINE int32_t tl_feature_distance(struct tl_signal signal, int32_t samples, int32_t sum, int32_t mean) {
    int32_t total = 0;  // of the samples above the mean
    int32_t above = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < samples; i++) {
        const int32_t value = tl_sample(signal, i);
        if (value > mean) {
            total += value;
            above++;
        }
    }
    const int64_t more = (int64_t)samples * total - (int64_t)above * sum;
    return (int32_t)(2 * TL_FRACTION * more / (samples * samples));
}

// Five numbers for each signal, scaled, in the order of MOTION_FEATURES.
TL_INLINE void tl_motion(const struct tl_motion *c, const int16_t *counts, const int8_t *lengths, int8_t *output) {
    int32_t at = 0;
    TL_KEEP_LOOP
    for (int32_t number = 0; number < TL_SIGNALS; number++) {
        const struct tl_signal signal = tl_signal(counts, lengths, number);
        const struct tl_sums s = tl_sum(signal, c->samples);
        const int32_t prominence = tl_feature_deviation(&s, c->samples) / TL_FRACTION;
        int32_t values[TL_PER_MOTION];
        values[0] = tl_feature_peaks(signal, c->samples, prominence > 0 ? prominence : 1);
        tl_jerks(signal, c->samples, values + 1);
        values[4] = tl_feature_distance(signal, c->samples, s.sum, tl_feature_mean(&s, c->samples));
        for (int32_t i = 0; i < TL_PER_MOTION; i++, at++) {
            output[at] = tl_scale(&c->scale, at, values[i]);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
