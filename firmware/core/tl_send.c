#include "tl_send.h"

#include "tl_port.h"

static uint8_t body[TL_BODY_MAX];
static uint8_t encoded[TL_FRAME_MAX];
static uint8_t sequence;
static uint32_t dropped;

uint8_t *tl_payload(void) {
    return body + 2;
}

bool tl_send(uint8_t message, const uint8_t *end, uint16_t reserve) {
    uint16_t payload_bytes = (uint16_t)(end - (body + 2));
    if (tl_port_write_space() < payload_bytes + (TL_FRAME_MAX - TL_MAX_PAYLOAD) + reserve) {
        dropped++;
        return false;
    }
    tl_port_write(encoded, tl_frame_encode(encoded, body, message, sequence++, payload_bytes));
    return true;
}

uint32_t tl_send_dropped(void) {
    return dropped;
}
