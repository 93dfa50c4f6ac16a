// tl_frame: frames on the wire. COBS(message, sequence, payload, CRC-16) and a closing zero, see tl_wire.h.
// Either end is in step again after any garbage, at the latest one zero byte later. No heap, no board.
#ifndef TL_FRAME_H
#define TL_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "tl_wire.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    TL_FRAME_OVERHEAD = 4,                             // message, sequence, CRC
    TL_BODY_MAX = TL_MAX_PAYLOAD + TL_FRAME_OVERHEAD,  // before COBS
    TL_ENCODED_MAX = TL_BODY_MAX + 1,                  // COBS adds one byte up to 254
    TL_FRAME_MAX = TL_ENCODED_MAX + 1,                 // with the closing zero
};

// A frame as it came; `payload` points into the parser and is valid until its next byte.
struct tl_frame {
    uint8_t message;
    uint8_t sequence;
    uint16_t length;  // bytes of payload
    const uint8_t *payload;
};

struct tl_parser {
    uint32_t good;  // frames with a right checksum
    uint32_t bad;   // pieces between two zeros that were none
    uint16_t length;
    bool skipping;  // inside something longer than any frame
    uint8_t bytes[TL_ENCODED_MAX];
};

// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected.
uint16_t tl_crc16(const uint8_t *bytes, uint16_t length);

// Take one byte; true where it completes a good frame.
bool tl_parser_feed(struct tl_parser *parser, uint8_t byte, struct tl_frame *frame);

// Encode one frame into `to` (TL_FRAME_MAX bytes), with the closing zero; returns its bytes.
// `body` holds the payload from body[2] on and has room for TL_BODY_MAX bytes; header and CRC are filled in.
uint16_t tl_frame_encode(uint8_t *to, uint8_t *body, uint8_t message, uint8_t sequence, uint16_t payload_bytes);

#ifdef __cplusplus
}
#endif

#endif
