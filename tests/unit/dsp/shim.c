// Lets Python call the feature kernels with sizes of its own and see the numbers before they are scaled.
#include "tl_scale.h"

static int32_t *recorded;

#define tl_scale(s, feature, value) (recorded[feature] = (value), tl_scale((s), (feature), (value)))
#include "tl_motion.h"
#include "tl_shape.h"
#include "tl_spectrum.h"
#include "tl_statistics.h"
#undef tl_scale

#include "tl_scaled_window.h"
#include "tl_split_window.h"
#include "tl_window.h"

enum { MOST = 64 };

static const int32_t offsets[MOST];
static const int32_t multipliers[MOST];
static const uint8_t shifts[MOST] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};
static int8_t scaled[MOST];
static _Alignas(4) int8_t lengths[2 * 4096];
static _Alignas(4) int8_t scratch[4 * 4096];

void shim_statistics(const int16_t *counts, int32_t samples, int32_t *values) {
    const struct tl_lengths l = {samples};
    const struct tl_statistics s = {samples, {offsets, multipliers, shifts, 0}};
    recorded = values;
    tl_lengths(&l, counts, lengths);
    tl_statistics(&s, counts, lengths, scaled);
}

void shim_spectrum(const int16_t *counts, int32_t samples, int32_t points, const int16_t *hann, const int16_t *sine,
                   int32_t *values) {
    const struct tl_lengths l = {samples};
    const struct tl_spectrum s = {samples, points, hann, sine, {offsets, multipliers, shifts, 0}};
    recorded = values;
    tl_lengths(&l, counts, lengths);
    tl_spectrum(&s, counts, lengths, scaled, scratch);
}

void shim_shape(const int16_t *counts, int32_t samples, int32_t *values) {
    const struct tl_lengths l = {samples};
    const struct tl_shape s = {samples, {offsets, multipliers, shifts, 0}};
    recorded = values;
    tl_lengths(&l, counts, lengths);
    tl_shape(&s, counts, lengths, scaled, scratch);
}

void shim_motion(const int16_t *counts, int32_t samples, int32_t *values) {
    const struct tl_lengths l = {samples};
    const struct tl_motion s = {samples, {offsets, multipliers, shifts, 0}};
    recorded = values;
    tl_lengths(&l, counts, lengths);
    tl_motion(&s, counts, lengths, scaled);
}

uint32_t shim_isqrt(uint64_t value) {
    return tl_isqrt(value);
}

uint32_t shim_isqrt_near(uint32_t value, uint32_t guess) {
    return tl_isqrt_near(value, guess);
}

int32_t shim_logarithm(uint64_t value) {
    return tl_logarithm(value);
}

int8_t shim_scale(int32_t value, int32_t offset, int32_t multiplier, uint8_t shift, int8_t zero) {
    const struct tl_scale s = {&offset, &multiplier, &shift, zero};
    return (tl_scale)(&s, 0, value);
}

int8_t shim_scale_count(int16_t count, int32_t multiplier, uint8_t shift, int8_t zero) {
    return tl_scale_count(count, multiplier, shift, zero);
}

int8_t shim_scale_length(int32_t over, int32_t multiplier, uint8_t shift, int8_t zero) {
    return tl_scale_length(over, multiplier, shift, zero);
}

// With the fourth channel where `one_g` is above 0.
void shim_scaled_window(const int16_t *counts, int32_t samples, int32_t one_g, int32_t multiplier, int32_t shift,
                        int32_t zero, int8_t *inputs) {
    const struct tl_lengths l = {samples};
    const struct tl_scaled_axes axes = {samples, multiplier, shift, zero};
    const struct tl_scaled_signals signals = {samples, multiplier, shift, zero, one_g};
    if (one_g > 0) {
        tl_lengths(&l, counts, lengths);
        tl_scaled_signals(&signals, counts, lengths, inputs);
    } else {
        tl_scaled_axes(&axes, counts, inputs);
    }
}

// Movement and gravity apart; with the length where `one_g` is above 0.
void shim_split_window(const int16_t *counts, int32_t samples, int32_t half, int32_t one_g, int32_t multiplier,
                       int32_t shift, int32_t zero, int8_t *inputs) {
    const struct tl_lengths l = {samples};
    const struct tl_split_signals signals = {{samples, half, multiplier, shift, zero}, one_g};
    if (one_g > 0) {
        tl_lengths(&l, counts, lengths);
        tl_split_signals(&signals, counts, lengths, inputs);
    } else {
        tl_split_axes(&signals.axes, counts, inputs);
    }
}

int16_t shim_convert_count(int16_t count, int32_t multiplier, uint8_t shift) {
    return tl_convert_count(count, multiplier, shift);
}
