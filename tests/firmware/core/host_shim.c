// Lets the tests call the core through plain functions, compiled for this computer.
#include "tl_decide.h"
#include "tl_frame.h"
#include "tl_movement.h"
#include "tl_phase.h"

static struct tl_parser parser;
static struct tl_phase phase;
static int8_t history[TL_MAX_SMOOTHING * TL_MAX_OUTPUTS];
static int8_t thresholds[TL_MAX_OUTPUTS];
static struct tl_decide row = {.history = history};
static struct tl_decide_settings settings = {.thresholds = thresholds};

void shim_parser_reset(void);
uint32_t shim_parser_feed(const uint8_t *bytes, uint32_t count, uint8_t *to);
uint32_t shim_parser_good(void);
uint32_t shim_parser_bad(void);
uint32_t shim_encode(uint8_t *to, uint8_t message, uint8_t sequence, const uint8_t *payload, uint16_t bytes);
void shim_phase_start(uint16_t rate_hz, uint64_t now_us);
uint32_t shim_phase_look(uint64_t time_us, uint8_t samples, uint8_t full);
uint64_t shim_phase_time_us(uint32_t before);
uint64_t shim_phase_next_look_us(uint8_t samples);
void shim_decide_reset(void);
void shim_decide_settings(const int8_t *wanted, uint8_t count, uint8_t smoothing, uint8_t consecutive);
int shim_decide(const int8_t *outputs, uint8_t count);
int shim_decide_once(const int8_t *outputs, uint8_t count);
uint32_t shim_movements(const struct tl_movement_settings *wanted, const int16_t *stream, uint32_t samples,
                        int16_t *counts, int16_t *recent, int32_t *facts, int16_t *windows);

void shim_parser_reset(void) {
    parser = (struct tl_parser){0};
}

// Good frames one after the other: message, sequence, length (2 bytes), payload.
uint32_t shim_parser_feed(const uint8_t *bytes, uint32_t count, uint8_t *to) {
    uint8_t *start = to;
    struct tl_frame frame;
    for (uint32_t i = 0; i < count; i++) {
        if (tl_parser_feed(&parser, bytes[i], &frame)) {
            *to++ = frame.message;
            *to++ = frame.sequence;
            to = tl_put_bits(to, frame.length, 2);
            for (uint16_t at = 0; at < frame.length; at++) {
                *to++ = frame.payload[at];
            }
        }
    }
    return (uint32_t)(to - start);
}

uint32_t shim_parser_good(void) {
    return parser.good;
}

uint32_t shim_parser_bad(void) {
    return parser.bad;
}

uint32_t shim_encode(uint8_t *to, uint8_t message, uint8_t sequence, const uint8_t *payload, uint16_t bytes) {
    uint8_t body[TL_BODY_MAX];
    for (uint16_t i = 0; i < bytes; i++) {
        body[2 + i] = payload[i];
    }
    return tl_frame_encode(to, body, message, sequence, bytes);
}

void shim_phase_start(uint16_t rate_hz, uint64_t now_us) {
    phase = (struct tl_phase){0};
    tl_phase_start(&phase, rate_hz, now_us);
}

uint32_t shim_phase_look(uint64_t time_us, uint8_t samples, uint8_t full) {
    uint32_t lost = full ? tl_phase_lost(&phase, time_us, samples) : 0U;
    tl_phase_look(&phase, time_us, samples, lost);
    return lost;
}

uint64_t shim_phase_time_us(uint32_t before) {
    return tl_phase_time_us(&phase, before);
}

uint64_t shim_phase_next_look_us(uint8_t samples) {
    return tl_phase_next_look_us(&phase, samples);
}

void shim_decide_reset(void) {
    tl_decide_start(&row);
}

void shim_decide_settings(const int8_t *wanted, uint8_t count, uint8_t smoothing, uint8_t consecutive) {
    settings.smoothing = smoothing;
    settings.consecutive = consecutive;
    for (uint8_t i = 0; i < count; i++) {
        thresholds[i] = wanted[i];
    }
}

int shim_decide(const int8_t *outputs, uint8_t count) {
    return tl_decide(&row, &settings, outputs, count);
}

int shim_decide_once(const int8_t *outputs, uint8_t count) {
    return tl_decide_once(&settings, outputs, count);
}

// Every window of a stream that is decided on; of each, four numbers: samples so far, those behind the window, those
// held in it (0: it is whole), and whether it is the first of its movement.
uint32_t shim_movements(const struct tl_movement_settings *wanted, const int16_t *stream, uint32_t samples,
                        int16_t *counts, int16_t *recent, int32_t *facts, int16_t *windows) {
    struct tl_movement m = {.settings = wanted, .counts = counts, .recent = recent};
    uint32_t found = 0;
    tl_movement_start(&m);
    for (uint32_t i = 0; i < samples; i++) {
        if (!tl_movement_push(&m, stream + 3U * i)) {
            continue;
        }
        int32_t values[4] = {(int32_t)i + 1, m.behind, m.held, m.begins};
        for (uint32_t at = 0; at < 4U; at++) {
            *facts++ = values[at];
        }
        for (uint32_t at = 0; at < 3U * wanted->window; at++) {
            *windows++ = counts[at];
        }
        found++;
        tl_movement_advance(&m);
    }
    return found;
}
