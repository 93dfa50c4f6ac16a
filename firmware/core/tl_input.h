// tl_input: from a window of raw counts to the network's int8 input. No heap, no floats.
// Equal in every bit to tinylab/dsp/recipe.py.
#ifndef TL_INPUT_H
#define TL_INPUT_H

#include <stdint.h>

#define TL_INPUT_RAW 1       // every count is scaled by tl_input_scales[0]
#define TL_INPUT_FEATURES 2  // feature i is scaled by tl_input_scales[i]

// ((value - offset) * multiplier + half) >> shift, plus the input's zero point, saturated to int8.
struct tl_input_scale {
    int32_t offset;
    int32_t multiplier;
    uint8_t shift;  // 1 to 62
};

// Generated with the network (tl_config.c).
extern const struct tl_input_scale tl_input_scales[];

int8_t tl_scale_input(int32_t value, const struct tl_input_scale *scale, int8_t zero_point);

// `window` holds TL_WINDOW_SAMPLES samples, x, y, z interleaved; `input` has room for TL_MODEL_INPUTS.
void tl_prepare_input(const int16_t *window, int8_t *input);

#endif
