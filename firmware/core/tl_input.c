#include "tl_input.h"

#include "tl_config.h"

#if TL_HAS_MODEL
#if TL_INPUT_KIND == TL_INPUT_FEATURES
#include "tl_features.h"
#endif

int8_t tl_scale_input(int32_t value, const struct tl_input_scale *scale, int8_t zero_point) {
    const int64_t product = ((int64_t)value - scale->offset) * scale->multiplier;
    const int64_t half = (int64_t)1 << (scale->shift - 1U);
    const int64_t scaled = ((product + half) >> scale->shift) + zero_point;
    return (int8_t)(scaled > 127 ? 127 : (scaled < -128 ? -128 : scaled));
}

#if TL_INPUT_KIND == TL_INPUT_RAW
void tl_prepare_input(const int16_t *window, int8_t *input) {
    for (uint16_t i = 0; i < 3U * TL_WINDOW_SAMPLES; i++) {
        input[i] = tl_scale_input(window[i], &tl_input_scales[0], TL_INPUT_ZERO);
    }
}
#else
void tl_prepare_input(const int16_t *window, int8_t *input) {
    int32_t values[TL_FEATURES];
    tl_features(window, TL_WINDOW_SAMPLES, values);
    for (uint8_t i = 0; i < TL_FEATURES; i++) {
        input[i] = tl_scale_input(values[i], &tl_input_scales[i], TL_INPUT_ZERO);
    }
}
#endif
#endif
