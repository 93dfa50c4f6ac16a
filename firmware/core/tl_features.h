// tl_features: numbers that describe a window, in integers. No heap, no floats, no board.
// Equal in every bit to tinylab/dsp/features.py, whose table names each function here.
//
// `counts` holds `samples` raw samples, x, y, z interleaved; 2 to 4096 of them.
#ifndef TL_FEATURES_H
#define TL_FEATURES_H

#include <stdint.h>

#define TL_FEATURES_PER_AXIS 6
#define TL_FEATURES (4 * TL_FEATURES_PER_AXIS + 3)

// All features in the order of FEATURE_NAMES; `values` has room for TL_FEATURES.
void tl_features(const int16_t *counts, uint16_t samples, int32_t *values);

// floor(sqrt(value))
uint32_t tl_isqrt(uint64_t value);

#endif
