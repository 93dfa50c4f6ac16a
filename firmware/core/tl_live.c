#include "tl_live.h"

#include "tl_config.h"
#include "tl_port.h"
#include "tl_send.h"

#if TL_HAS_MODEL

#include <stdbool.h>

#include "tl_decide.h"
#include "tl_window.h"

enum {
    BYTES_PER_SAMPLE = 6,
    LEFT = TL_LIVE_SAMPLES - TL_STRIDE_SAMPLES,  // what a decision leaves for the next; below 0: samples to leave out
    NEW = TL_STRIDE_SAMPLES < TL_WINDOW_SAMPLES ? TL_STRIDE_SAMPLES : TL_WINDOW_SAMPLES,  // samples per decision
};

_Static_assert(TL_MODEL_OUTPUTS <= TL_MAX_OUTPUTS, "the wire carries no more classes");
_Static_assert(TL_MODEL_OUTPUTS == TL_LABELS, "one label per output");

static struct {
    _Alignas(4) tl_kept kept[TL_LIVE_SAMPLES * TL_CHANNELS];  // oldest first
    uint16_t filled;                                          // samples in it
    uint16_t skip;  // samples to leave out, where the stride is longer than the window
    struct tl_cycles cycles;
} live;
static int8_t decided[TL_MAX_SMOOTHING * TL_MODEL_OUTPUTS];
static struct tl_decide row = {.history = decided};
static int8_t thresholds[TL_MODEL_OUTPUTS];
static struct tl_decide_settings settings = {.thresholds = thresholds};
static char shown;

static struct {
    _Alignas(4) tl_kept kept[TL_TESTED_SAMPLES * TL_CHANNELS];
    uint16_t received;       // samples of the window
    uint32_t sample_cycles;  // the most that scaling one of them took
} tested;

static int8_t outputs[TL_MODEL_OUTPUTS];

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
    struct tl_prediction head = {
        .sample_number = sample_number,
        .decision = tl_decide(&row, &settings, outputs, TL_MODEL_OUTPUTS),
        .features_cycles = live.cycles.features,
        .network_cycles = live.cycles.network,
    };
    (void)tl_send_stream(TL_MESSAGE_PREDICTION, put_outputs(tl_put_prediction(tl_payload(), &head)));
    show(head.decision);
}

// Make room for the next stride.
static void advance(void) {
    int32_t left = LEFT > 0 ? LEFT : 0;
    for (int32_t i = 0; i < left * TL_CHANNELS; i++) {
        live.kept[i] = live.kept[i + TL_STRIDE_SAMPLES * TL_CHANNELS];
    }
    live.filled = (uint16_t)left;
    live.skip = (uint16_t)(left - LEFT);
    live.cycles.features = 0;
}

void tl_live_init(void) {
    settings.consecutive = TL_CONSECUTIVE;
    settings.smoothing = TL_SMOOTHING;
    for (uint32_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
        thresholds[i] = tl_thresholds[i];
    }
}

uint8_t tl_live_refusal(uint16_t rate_hz, uint8_t range_g) {
    if (rate_hz != TL_MODEL_RATE_HZ) {
        return TL_ERROR_UNSUPPORTED_RATE;
    }
    return range_g == TL_MODEL_RANGE_G ? 0U : TL_ERROR_UNSUPPORTED_RANGE;
}

void tl_live_start(void) {
    tl_window_forget();
    live.filled = TL_START_SAMPLES;
    live.skip = 0;
    live.cycles.features = 0;
    tl_decide_start(&row);
    shown = 0;
}

void tl_live_push(const int16_t *xyz, uint32_t sample_number) {
    if (live.skip > 0U) {
        live.skip--;
        return;
    }
    live.cycles.features += tl_window_keep(xyz, live.kept + live.filled * (uint32_t)TL_CHANNELS);
    live.filled++;
    if (live.filled == TL_LIVE_SAMPLES) {
        if (tl_window_decide(live.kept, outputs, &live.cycles)) {
            predict(sample_number);
        }
        advance();
    }
}

// The cycles reported are those of one decision: the samples of one stride scaled, and the network.
void tl_live_send_tested(void) {
    if (tested.received != TL_WINDOW_SAMPLES) {
        return;
    }
    struct tl_cycles cycles = {.features = tested.sample_cycles * (uint32_t)NEW};
    tl_window_test(tested.kept, outputs, &cycles);
#if TL_STREAMING
    tl_live_start();  // the network has forgotten the stream: live decisions begin with a new window
#endif
    struct tl_selftest_result head = {.features_cycles = cycles.features, .network_cycles = cycles.network};
    (void)tl_send_reply(TL_MESSAGE_SELFTEST_RESULT, put_outputs(tl_put_selftest_result(tl_payload(), &head)));
}

// Keep sample `number` of the window.
static void keep_tested(uint32_t number, const uint8_t *bytes) {
    enum { LEAD = TL_TESTED_SAMPLES - TL_WINDOW_SAMPLES };
    int16_t xyz[TL_AXES];
    for (uint32_t axis = 0; axis < TL_AXES; axis++) {
        xyz[axis] = (int16_t)tl_get_bits(bytes + 2U * axis, 2U);
    }
    uint32_t cycles = tl_window_keep(xyz, tested.kept + (LEAD + number) * (uint32_t)TL_CHANNELS);
    if (number == 0U || cycles > tested.sample_cycles) {
        tested.sample_cycles = cycles;
    }
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
    if (piece.offset > tested.received || piece.offset + samples > TL_WINDOW_SAMPLES) {
        return TL_ERROR_BAD_INDEX;
    }
    const uint8_t *from = frame->payload + TL_SELFTEST_BYTES;
    for (uint32_t i = 0; i < samples; i++) {
        keep_tested(piece.offset + i, from + i * BYTES_PER_SAMPLE);
    }
    tested.received = (uint16_t)(piece.offset + samples);
    return 0;
}

uint8_t tl_live_decide(const struct tl_frame *frame) {
    struct tl_set_decision wanted;
    if (!tl_get_set_decision(frame->payload, frame->length, &wanted)
        || frame->length != TL_SET_DECISION_BYTES + TL_MODEL_OUTPUTS) {
        return TL_ERROR_BAD_LENGTH;
    }
    if (wanted.consecutive == 0U || wanted.smoothing == 0U || wanted.smoothing > TL_MAX_SMOOTHING) {
        return TL_ERROR_BAD_INDEX;
    }
    settings.consecutive = wanted.consecutive;
    settings.smoothing = wanted.smoothing;
    for (uint32_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
        thresholds[i] = (int8_t)tl_get_bits(frame->payload + TL_SET_DECISION_BYTES + i, 1U);
    }
    return 0;
}

uint8_t tl_live_send_settings(void) {
    struct tl_decision_settings head = {.consecutive = settings.consecutive, .smoothing = settings.smoothing};
    uint8_t *to = tl_put_decision_settings(tl_payload(), &head);
    for (uint32_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
        *to++ = (uint8_t)thresholds[i];
    }
    (void)tl_send_reply(TL_MESSAGE_DECISION_SETTINGS, to);
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

void tl_live_init(void) {
}

uint8_t tl_live_decide(const struct tl_frame *frame) {
    (void)frame;
    return TL_ERROR_NO_MODEL;
}

uint8_t tl_live_send_settings(void) {
    return TL_ERROR_NO_MODEL;
}

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

void tl_live_send_tested(void) {
}

uint8_t tl_live_label(const struct tl_frame *frame) {
    (void)frame;
    return TL_ERROR_NO_MODEL;
}

#endif
