// tl_scale.h: features and raw counts become int8 inputs of a network. No heap, no floats, no board.
#ifndef TL_SCALE_H
#define TL_SCALE_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// One row for each feature: ((value - offset) * multiplier + half) >> shift, plus the zero point, saturated to int8.
// C twin of InputScale.apply in tinylab/dsp/recipe.py.
struct tl_scale {
    const int32_t *offsets;
    const int32_t *multipliers;  // 0 to 2^31 - 1
    const uint8_t *shifts;       // 1 to 62
    int32_t zero;                // int8 value that stands for 0.0
};

TL_INLINE int8_t tl_scale(const struct tl_scale *s, int32_t feature, int32_t value) {
    const int64_t product = ((int64_t)value - s->offsets[feature]) * s->multipliers[feature];
    const int64_t half = (int64_t)1 << (s->shifts[feature] - 1);
    const int64_t scaled = ((product + half) >> s->shifts[feature]) + s->zero;
    return (int8_t)(scaled > 127 ? 127 : scaled < -128 ? -128 : scaled);
}

// A raw count as the network's input: (count * multiplier + half) >> shift, plus the zero point, saturated to int8.
// `multiplier` is at most 2^15, `shift` 1 to 30. C twin of CountScale.apply.
TL_INLINE int8_t tl_scale_count(int16_t count, int32_t multiplier, uint8_t shift, int8_t zero_point) {
    const int32_t half = (int32_t)1 << (shift - 1U);
    const int32_t scaled = (((int32_t)count * multiplier + half) >> shift) + zero_point;
    return (int8_t)(scaled > 127 ? 127 : (scaled < -128 ? -128 : scaled));
}

// The same for the length of a sample less 1 g, which may have more than 16 bits.
TL_INLINE int8_t tl_scale_length(int32_t over, int32_t multiplier, uint8_t shift, int8_t zero_point) {
    const int64_t half = (int64_t)1 << (shift - 1U);
    const int64_t scaled = (((int64_t)over * multiplier + half) >> shift) + zero_point;
    return (int8_t)(scaled > 127 ? 127 : (scaled < -128 ? -128 : scaled));
}

#ifdef __cplusplus
}
#endif

#endif
