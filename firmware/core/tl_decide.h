// tl_decide: from the network's outputs to a decision that does not flicker.
// A class wins where its output is the largest (the first of equals). It becomes the decision once it was sure enough
// in `agreeing` windows in a row; an unsure window or another winner breaks the row.
#ifndef TL_DECIDE_H
#define TL_DECIDE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tl_decide {
    uint8_t row;     // windows in a row with the same sure winner
    uint8_t winner;  // of the last sure window
};

// The decision after these `count` outputs (at least 1), or TL_NO_DECISION.
int8_t tl_decide(struct tl_decide *decide, const int8_t *outputs, uint8_t count, int8_t sure_from, uint8_t agreeing);

#ifdef __cplusplus
}
#endif

#endif
