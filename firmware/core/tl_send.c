#include "tl_send.h"

#include "tl_frame.h"
#include "tl_port.h"

struct tl_counters tl_counters;

static uint8_t body[TL_BODY_MAX];
static uint8_t encoded[TL_FRAME_MAX];
static uint8_t sequence;

uint8_t *tl_payload(void) {
    return body + 2;
}

static bool send(uint8_t message, const uint8_t *end, uint16_t reserve) {
    uint16_t payload_bytes = (uint16_t)(end - (body + 2));
    if (tl_port_write_space() < payload_bytes + (TL_FRAME_MAX - TL_MAX_PAYLOAD) + reserve) {
        tl_counters.frames_dropped++;
        return false;
    }
    tl_port_write(encoded, tl_frame_encode(encoded, body, message, sequence++, payload_bytes));
    return true;
}

bool tl_send_reply(uint8_t message, const uint8_t *end) {
    return send(message, end, 0);
}

bool tl_send_stream(uint8_t message, const uint8_t *end) {
    return send(message, end, TL_FRAME_MAX);
}
