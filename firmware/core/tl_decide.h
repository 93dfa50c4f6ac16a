// tl_decide: from the network's outputs to a decision that does not flicker.
// The outputs of the last `smoothing` windows are averaged (fewer at the beginning), rounded half up. A class wins where
// its average is the largest (the first of equals). It becomes the decision once its average reached its threshold in
// `consecutive` windows in a row; a window below the threshold or another winner begins a new row.
// Settings may change between two windows: what was averaged and counted before still counts.
// C twin of Decider in tinylab/deploy/decision.py. No heap, no floats, no board.
#ifndef TL_DECIDE_H
#define TL_DECIDE_H

#include <stdint.h>

#include "tl_wire.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tl_decide_settings {
    uint8_t consecutive;  // at least 1
    uint8_t smoothing;    // 1 to TL_MAX_SMOOTHING
    int8_t *thresholds;   // one for each class
};

struct tl_decide {
    uint8_t row;      // windows in a row with the same winner at or above its threshold
    uint8_t winner;   // of the last of them
    uint8_t held;     // windows in `history`
    uint8_t newest;   // the last of them
    int8_t *history;  // outputs of the last windows, TL_MAX_SMOOTHING times the number of classes
};

// Forget the windows so far.
void tl_decide_start(struct tl_decide *decide);

// The decision after these `count` outputs (at least 1), or TL_NO_DECISION.
int8_t tl_decide(struct tl_decide *decide, const struct tl_decide_settings *settings, const int8_t *outputs,
                 uint8_t count);

// The decision on a window that stands for itself: neither averaged nor counted, and forgotten at once.
int8_t tl_decide_once(const struct tl_decide_settings *settings, const int8_t *outputs, uint8_t count);

#ifdef __cplusplus
}
#endif

#endif
