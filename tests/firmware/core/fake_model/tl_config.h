#ifndef TL_CONFIG_H
#define TL_CONFIG_H

#include <stdint.h>

#define TL_HAS_MODEL 1
#define TL_WINDOW_SAMPLES 10
#define TL_STRIDE_SAMPLES 5
#define TL_MODEL_RATE_HZ 50
#define TL_MODEL_RANGE_G 8
#define TL_INPUT_KIND 1
#define TL_INPUT_ZERO 0
#define TL_INPUT_MULTIPLIER 1  // counts / 16, rounded half up
#define TL_INPUT_SHIFT 4
#define TL_STREAMING 0
#define TL_LABELS 3
#define TL_CONSECUTIVE 2
#define TL_SMOOTHING 1

extern const uint8_t tl_build_id[8];
extern const uint8_t tl_model_hash[8];
extern const int8_t tl_thresholds[TL_LABELS];

#endif
