// tl_send: builds frames and hands them to the wire; never waits. What does not fit is dropped and counted.
#ifndef TL_SEND_H
#define TL_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "tl_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where the next message's payload is to be written, TL_MAX_PAYLOAD bytes.
uint8_t *tl_payload(void);

// Send what stands in tl_payload() up to `end` if `reserve` bytes of the wire's buffer stay free; false where it was
// dropped.
bool tl_send(uint8_t message, const uint8_t *end, uint16_t reserve);

// As the answer to a request.
static inline bool tl_send_reply(uint8_t message, const uint8_t *end) {
    return tl_send(message, end, 0);
}

// As part of the stream, which leaves enough room for an answer.
static inline bool tl_send_stream(uint8_t message, const uint8_t *end) {
    return tl_send(message, end, TL_FRAME_MAX);
}

// How many frames were dropped since reset.
uint32_t tl_send_dropped(void);

#ifdef __cplusplus
}
#endif

#endif
