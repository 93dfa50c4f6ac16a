// tl_scale.h: features become int8 inputs of a network. No heap, no floats, no board.
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

#ifdef __cplusplus
}
#endif

#endif
