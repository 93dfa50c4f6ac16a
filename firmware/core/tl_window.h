// tl_window: from samples to the network's outputs, in the way that this image was built for (tl_config.h):
//
//     features       raw counts are kept; each decision makes features of the whole window
//     whole windows  samples are scaled to int8 as they come; each decision runs the network on the whole window
//     streaming      samples are scaled as they come; each decision hands on the new ones alone, the network keeps the
//                    rest (tl_model_push)
//     both           raw counts are kept, and each decision makes features of the whole window, whose samples are
//                    scaled for the network's other input: all of them, or, streaming, the new ones alone
//
// Every way is equal in every bit to tinylab/dsp/recipe.py and the reference arithmetic. No heap, no floats, no board.
#ifndef TL_WINDOW_H
#define TL_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "tl_config.h"
#include "tl_scale.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_INPUT_RAW 1       // the network's input is the signal itself
#define TL_INPUT_FEATURES 2  // the network's input is features of the window
#define TL_INPUT_BOTH 3      // the network has two inputs: the signal and features of the window

enum { TL_AXES = 3 };

// A raw count of the range that the board measures with as one of the range that the network was trained for:
// (count * multiplier + half) >> shift, saturated. C twin of CountConversion.to_recipe.
static inline int16_t tl_convert_count(int16_t count, int32_t multiplier, uint8_t shift) {
    int32_t half = (int32_t)1 << (shift - 1U);
    int32_t converted = ((int32_t)count * multiplier + half) >> shift;
    return (int16_t)(converted > INT16_MAX ? INT16_MAX : (converted < INT16_MIN ? INT16_MIN : converted));
}

#if TL_HAS_MODEL
#include "model.h"

#if TL_INPUT_KIND == TL_INPUT_RAW
typedef int8_t tl_kept;  // scaled
#else
typedef int16_t tl_kept;  // a raw count
#endif

#ifdef TL_ONE_G  // counts of 1 g, where the signal has a fourth channel: the length of a sample less 1 g
enum { TL_CHANNELS = TL_AXES + 1 };
#else
enum { TL_CHANNELS = TL_AXES };  // values kept of a sample
#endif

// TL_LIVE_SAMPLES are kept for a decision; TL_START_SAMPLES of them count as there when the stream begins.
// TL_TESTED_SAMPLES are a window, filled up in front to whole strides where the network streams.
#if TL_STREAMING && TL_INPUT_KIND == TL_INPUT_BOTH
enum { TL_LIVE_SAMPLES = TL_WINDOW_SAMPLES, TL_START_SAMPLES = TL_WINDOW_SAMPLES - TL_STRIDE_SAMPLES };
#elif TL_STREAMING
enum { TL_LIVE_SAMPLES = TL_STRIDE_SAMPLES, TL_START_SAMPLES = 0 };
#else
enum { TL_LIVE_SAMPLES = TL_WINDOW_SAMPLES, TL_START_SAMPLES = 0, TL_TESTED_SAMPLES = TL_WINDOW_SAMPLES };
#endif
#if TL_STREAMING
enum { TL_TESTED_SAMPLES = TL_MODEL_CALLS * TL_STRIDE_SAMPLES };
_Static_assert(TL_MODEL_STEP == TL_STRIDE_SAMPLES * TL_CHANNELS, "the network takes one stride at a time");
#endif

struct tl_cycles {
    uint32_t features;  // for scaling the samples of one stride, or for the features
    uint32_t network;
};

// Forget what was pushed: the next decision needs a whole window again.
void tl_window_forget(void);

// Keep one sample (x, y, z) in `to`, TL_CHANNELS values; returns the cycles that scaling took.
uint32_t tl_window_keep(const int16_t *xyz, tl_kept *to);

// Decide on the next TL_LIVE_SAMPLES; false while no whole window has passed. `cycles` holds those of scaling.
bool tl_window_decide(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles);

// Decide on one window that fills the end of TL_TESTED_SAMPLES. What was pushed before is forgotten.
void tl_window_test(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles);

#endif

#ifdef __cplusplus
}
#endif

#endif
