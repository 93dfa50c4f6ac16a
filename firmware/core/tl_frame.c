#include "tl_frame.h"

_Static_assert(TL_BODY_MAX <= 253, "one COBS code byte is enough for a body without zeros");

// One row per upper nibble of the polynomial division: small, and four times as quick as bit by bit.
static const uint16_t crc_of_nibble[16] = {
    0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50A5, 0x60C6, 0x70E7,
    0x8108, 0x9129, 0xA14A, 0xB16B, 0xC18C, 0xD1AD, 0xE1CE, 0xF1EF,
};

uint16_t tl_crc16(const uint8_t *bytes, uint16_t length) {
    uint32_t crc = 0xFFFFU;
    for (uint16_t i = 0; i < length; i++) {
        crc ^= (uint32_t)bytes[i] << 8U;
        crc = ((crc << 4U) ^ crc_of_nibble[(crc >> 12U) & 15U]) & 0xFFFFU;
        crc = ((crc << 4U) ^ crc_of_nibble[(crc >> 12U) & 15U]) & 0xFFFFU;
    }
    return (uint16_t)crc;
}

// Undo COBS in place; returns the number of bytes, 0 where the coding is broken. `bytes` holds no zero.
static uint16_t cobs_decode(uint8_t *bytes, uint16_t length) {
    uint16_t in = 0;
    uint16_t out = 0;
    while (in < length) {
        uint8_t code = bytes[in++];
        uint16_t run = (uint16_t)(code - 1U);
        if (run > length - in) {
            return 0;
        }
        for (uint16_t i = 0; i < run; i++) {
            bytes[out++] = bytes[in++];
        }
        if (code != 0xFFU && in < length) {
            bytes[out++] = 0;
        }
    }
    return out;
}

static bool open_frame(struct tl_parser *parser, uint16_t encoded, struct tl_frame *frame) {
    uint16_t length = cobs_decode(parser->bytes, encoded);
    if (length < TL_FRAME_OVERHEAD) {
        return false;
    }
    uint16_t body = (uint16_t)(length - 2U);
    if (tl_crc16(parser->bytes, body) != (uint16_t)tl_get_bits(parser->bytes + body, 2)) {
        return false;
    }
    frame->message = parser->bytes[0];
    frame->sequence = parser->bytes[1];
    frame->length = (uint16_t)(body - 2U);
    frame->payload = parser->bytes + 2;
    return true;
}

bool tl_parser_feed(struct tl_parser *parser, uint8_t byte, struct tl_frame *frame) {
    if (byte != 0U) {
        if (parser->skipping) {
            return false;
        }
        if (parser->length == TL_ENCODED_MAX) {
            parser->skipping = true;
            parser->bad++;
            return false;
        }
        parser->bytes[parser->length++] = byte;
        return false;
    }
    uint16_t encoded = parser->skipping ? 0U : parser->length;
    parser->skipping = false;
    parser->length = 0;
    if (encoded == 0U) {
        return false;
    }
    bool good = open_frame(parser, encoded, frame);
    parser->good += good ? 1U : 0U;
    parser->bad += good ? 0U : 1U;
    return good;
}

static uint16_t cobs_encode(uint8_t *to, const uint8_t *from, uint16_t length) {
    uint16_t code_at = 0;
    uint16_t out = 1;
    for (uint16_t i = 0; i < length; i++) {
        if (from[i] == 0U) {
            to[code_at] = (uint8_t)(out - code_at);
            code_at = out++;
        } else {
            to[out++] = from[i];
        }
    }
    to[code_at] = (uint8_t)(out - code_at);
    return out;
}

uint16_t tl_frame_encode(uint8_t *to, uint8_t *body, uint8_t message, uint8_t sequence, uint16_t payload_bytes) {
    uint16_t length = (uint16_t)(payload_bytes + 2U);
    body[0] = message;
    body[1] = sequence;
    (void)tl_put_bits(body + length, tl_crc16(body, length), 2);
    uint16_t encoded = cobs_encode(to, body, (uint16_t)(length + 2U));
    to[encoded] = 0;
    return (uint16_t)(encoded + 1U);
}
