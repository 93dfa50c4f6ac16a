// tl_send: builds frames and hands them to the wire; never waits. What does not fit is dropped and counted.
#ifndef TL_SEND_H
#define TL_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "tl_wire.h"

// Since reset; what STATS tells.
struct tl_counters {
    uint32_t samples;
    uint32_t overruns;
    uint32_t frames_dropped;
    uint32_t sensor_errors;
};
extern struct tl_counters tl_counters;

// Where the next message's payload is to be written, TL_MAX_PAYLOAD bytes.
uint8_t *tl_payload(void);

// Send what stands in tl_payload() up to `end` as the answer to a request; false where it was dropped.
bool tl_send_reply(uint8_t message, const uint8_t *end);

// The same for the stream, which leaves the wire's buffer enough room for an answer.
bool tl_send_stream(uint8_t message, const uint8_t *end);

#endif
