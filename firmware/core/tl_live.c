#include "tl_live.h"

#include "tl_config.h"
#include "tl_port.h"
#include "tl_reply.h"
#include "tl_send.h"

#if TL_HAS_MODEL

#include <stdbool.h>

#include "model.h"
#include "tl_decide.h"
#include "tl_input.h"

enum { AXES = 3, BYTES_PER_SAMPLE = 6, WINDOW_VALUES = TL_WINDOW_SAMPLES * AXES };

_Static_assert(TL_MODEL_OUTPUTS <= TL_MAX_OUTPUTS, "the wire carries no more classes");
_Static_assert(TL_MODEL_OUTPUTS == TL_LABELS, "one label per output");

struct cycles {
    uint32_t features;
    uint32_t network;
};

static int16_t window[WINDOW_VALUES];  // of the stream, oldest first
static uint16_t filled;                // samples in it
static uint16_t skip;                  // samples to leave out, where the stride is longer than the window
static struct tl_decide row;
static char shown;

static int16_t tested[WINDOW_VALUES];  // the self-test's window
static uint16_t received;              // samples in it

static _Alignas(4) int8_t input[TL_MODEL_INPUTS];
static int8_t outputs[TL_MODEL_OUTPUTS];

static struct cycles classify(const int16_t *counts) {
    uint32_t start = tl_port_cycles();
    tl_prepare_input(counts, input);
    uint32_t prepared = tl_port_cycles();
    tl_model_run(input, outputs);
    uint32_t end = tl_port_cycles();
    return (struct cycles){.features = prepared - start, .network = end - prepared};
}

static uint8_t *put_outputs(uint8_t *to) {
    for (uint32_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
        *to++ = (uint8_t)outputs[i];
    }
    return to;
}

static void show(int8_t decision) {
    char letter = ' ';
    if (decision >= 0 && tl_model_label_bytes((uint8_t)decision) > 0U) {
        letter = tl_model_label((uint8_t)decision)[0];
    }
    if (letter != shown) {
        shown = letter;
        tl_port_show(letter);
    }
}

static void predict(uint32_t sample_number) {
    struct cycles cycles = classify(window);
    struct tl_prediction head = {
        .sample_number = sample_number,
        .decision = tl_decide(&row, outputs, TL_MODEL_OUTPUTS, TL_SURE_FROM, TL_AGREEING),
        .features_cycles = cycles.features,
        .network_cycles = cycles.network,
    };
    (void)tl_send_stream(TL_MESSAGE_PREDICTION, put_outputs(tl_put_prediction(tl_payload(), &head)));
    show(head.decision);
}

// Make room for the next TL_STRIDE_SAMPLES.
static void advance(void) {
#if TL_STRIDE_SAMPLES < TL_WINDOW_SAMPLES
    for (uint32_t i = 0; i < (TL_WINDOW_SAMPLES - TL_STRIDE_SAMPLES) * AXES; i++) {
        window[i] = window[i + TL_STRIDE_SAMPLES * AXES];
    }
    filled = TL_WINDOW_SAMPLES - TL_STRIDE_SAMPLES;
#else
    filled = 0;
    skip = TL_STRIDE_SAMPLES - TL_WINDOW_SAMPLES;
#endif
}

uint8_t tl_live_refusal(uint16_t rate_hz, uint8_t range_g) {
    if (rate_hz != TL_MODEL_RATE_HZ) {
        return TL_ERROR_UNSUPPORTED_RATE;
    }
    return range_g == TL_MODEL_RANGE_G ? 0U : TL_ERROR_UNSUPPORTED_RANGE;
}

void tl_live_start(void) {
    filled = 0;
    skip = 0;
    row.row = 0;
    shown = 0;
}

void tl_live_push(const int16_t *xyz, uint32_t sample_number) {
    if (skip > 0U) {
        skip--;
        return;
    }
    for (uint32_t axis = 0; axis < AXES; axis++) {
        window[filled * (uint32_t)AXES + axis] = xyz[axis];
    }
    filled++;
    if (filled == TL_WINDOW_SAMPLES) {
        predict(sample_number);
        advance();
    }
}

static void send_tested(void) {
    struct cycles cycles = classify(tested);
    struct tl_selftest_result head = {.features_cycles = cycles.features, .network_cycles = cycles.network};
    (void)tl_send_reply(TL_MESSAGE_SELFTEST_RESULT, put_outputs(tl_put_selftest_result(tl_payload(), &head)));
}

// A piece may be sent again (its answer was lost), but none may be left out.
uint8_t tl_live_selftest(const struct tl_frame *frame) {
    struct tl_selftest piece;
    if (!tl_get_selftest(frame->payload, frame->length, &piece)) {
        return TL_ERROR_BAD_LENGTH;
    }
    uint32_t bytes = frame->length - (uint32_t)TL_SELFTEST_BYTES;
    uint32_t samples = bytes / BYTES_PER_SAMPLE;
    if (samples == 0U || bytes % BYTES_PER_SAMPLE != 0U) {
        return TL_ERROR_BAD_LENGTH;
    }
    if (piece.offset > received || piece.offset + samples > TL_WINDOW_SAMPLES) {
        return TL_ERROR_BAD_INDEX;
    }
    const uint8_t *from = frame->payload + TL_SELFTEST_BYTES;
    for (uint32_t i = 0; i < samples * AXES; i++) {
        tested[piece.offset * (uint32_t)AXES + i] = (int16_t)tl_get_bits(from + 2U * i, 2U);
    }
    received = (uint16_t)(piece.offset + samples);
    tl_reply_ack(frame);
    if (received == TL_WINDOW_SAMPLES) {
        send_tested();
    }
    return 0;
}

uint8_t tl_live_label(const struct tl_frame *frame) {
    struct tl_label_ask ask;
    if (!tl_get_label_ask(frame->payload, frame->length, &ask)) {
        return TL_ERROR_BAD_LENGTH;
    }
    uint16_t total = ask.index < TL_LABELS ? tl_model_label_bytes(ask.index) : 0U;
    if (ask.index >= TL_LABELS || ask.offset > total) {
        return TL_ERROR_BAD_INDEX;
    }
    const char *text = tl_model_label(ask.index);
    struct tl_label head = {.index = ask.index, .offset = ask.offset, .total = total};
    uint8_t *to = tl_put_label(tl_payload(), &head);
    const uint8_t *space_end = tl_payload() + TL_MAX_PAYLOAD;
    for (uint32_t i = ask.offset; i < total && to < space_end; i++) {
        *to++ = (uint8_t)text[i];
    }
    (void)tl_send_reply(TL_MESSAGE_LABEL, to);
    return 0;
}

#else

uint8_t tl_live_refusal(uint16_t rate_hz, uint8_t range_g) {
    (void)rate_hz;
    (void)range_g;
    return 0;
}

void tl_live_start(void) {
}

void tl_live_push(const int16_t *xyz, uint32_t sample_number) {
    (void)xyz;
    (void)sample_number;
}

uint8_t tl_live_selftest(const struct tl_frame *frame) {
    (void)frame;
    return TL_ERROR_NO_MODEL;
}

uint8_t tl_live_label(const struct tl_frame *frame) {
    (void)frame;
    return TL_ERROR_NO_MODEL;
}

#endif
