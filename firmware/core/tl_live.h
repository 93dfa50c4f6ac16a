// tl_live: the network at work on the stream.
// Without a network (TL_HAS_MODEL 0) it refuses everything and costs nothing.
#ifndef TL_LIVE_H
#define TL_LIVE_H

#include <stdint.h>

#include "tl_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// Decide as the image was built to.
void tl_live_init(void);

// 0, or why predictions are impossible at this rate and range (a TL_ERROR code): the network expects its own.
// Without a network predictions are silently left out, so 0.
uint8_t tl_live_refusal(uint16_t rate_hz, uint8_t range_g);

// Begin with an empty window and no decision.
void tl_live_start(void);

// Take one sample (x, y, z); when it ends a window, classify it and send PREDICTION. Windows end every stride or, where
// the image was built to decide by movement, as tl_movement says.
void tl_live_push(const int16_t *xyz, uint32_t sample_number);

// Take SET_DECISION: the next decision follows it; returns 0 or a TL_ERROR code.
uint8_t tl_live_decide(const struct tl_frame *frame);

// Answer DECISION_ASK; returns 0 or a TL_ERROR code.
uint8_t tl_live_send_settings(void);

// Answer LABEL_ASK; returns 0 or a TL_ERROR code.
uint8_t tl_live_label(const struct tl_frame *frame);

#ifdef __cplusplus
}
#endif

#endif
