// tl_decide: from the network's outputs to a decision that does not flicker.
// A class wins where its output is the largest (the first of equals). It becomes the decision once its output reached
// `threshold` in `consecutive` windows in a row; a window below the threshold or another winner begins a new row.
#ifndef TL_DECIDE_H
#define TL_DECIDE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tl_decide {
    uint8_t row;     // windows in a row with the same winner at or above the threshold
    uint8_t winner;  // of the last of them
};

// The decision after these `count` outputs (at least 1), or TL_NO_DECISION.
int8_t tl_decide(struct tl_decide *decide, const int8_t *outputs, uint8_t count, int8_t threshold, uint8_t consecutive);

#ifdef __cplusplus
}
#endif

#endif
