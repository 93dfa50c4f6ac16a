// tl_selftest: the network at work on a window that is sent for it.
// Without a network (TL_HAS_MODEL 0) it refuses everything and costs nothing.
#ifndef TL_SELFTEST_H
#define TL_SELFTEST_H

#include <stdint.h>

#include "tl_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// Take one SELFTEST piece; returns 0 or a TL_ERROR code.
uint8_t tl_selftest_take(const struct tl_frame *frame);

// Classify the window and send SELFTEST_RESULT, if that piece was its last.
void tl_selftest_send(void);

#ifdef __cplusplus
}
#endif

#endif
