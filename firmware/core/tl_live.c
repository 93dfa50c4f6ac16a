#include "tl_live.h"

#include "tl_config.h"
#include "tl_port.h"
#include "tl_send.h"

#if TL_HAS_MODEL

#include <stdbool.h>

#include "tl_decide.h"
#include "tl_movement.h"
#include "tl_window.h"

_Static_assert(TL_MODEL_OUTPUTS <= TL_MAX_OUTPUTS, "the wire carries no more classes");
_Static_assert(TL_MODEL_OUTPUTS == TL_LABELS, "one label per output");

static struct tl_cycles live_cycles;  // of the decision that comes next
static int8_t decided[TL_MAX_SMOOTHING * TL_MODEL_OUTPUTS];
static struct tl_decide row = {.history = decided};
static int8_t thresholds[TL_MODEL_OUTPUTS];
static struct tl_decide_settings settings = {.thresholds = thresholds};
static char shown;

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

static void predict(uint32_t sample_number, int8_t decision) {
    struct tl_prediction head = {
        .sample_number = sample_number,
        .decision = decision,
        .features_cycles = live_cycles.features,
        .network_cycles = live_cycles.network,
    };
    (void)tl_send_stream(TL_MESSAGE_PREDICTION, put_outputs(tl_put_prediction(tl_payload(), &head)));
    show(head.decision);
}

#ifdef TL_MOVEMENT_LEVEL

_Static_assert(!TL_STREAMING && TL_INPUT_KIND != TL_INPUT_RAW, "a window that is centred is handed over whole");

static int16_t counts[TL_MOVEMENT_ROOM(TL_WINDOW_SAMPLES, TL_MOVEMENT_SPAN, TL_MOVEMENT_REST) * TL_AXES];
static int16_t recent[TL_MOVEMENT_SPAN * TL_AXES];
static const struct tl_movement_settings looks = {
    .window = TL_WINDOW_SAMPLES,
    .stride = TL_STRIDE_SAMPLES < TL_WINDOW_SAMPLES ? TL_STRIDE_SAMPLES : TL_WINDOW_SAMPLES,
    .level = TL_MOVEMENT_LEVEL,
    .span = TL_MOVEMENT_SPAN,
    .air = TL_MOVEMENT_AIR,
    .rest = TL_MOVEMENT_REST,
    .shortest = TL_MOVEMENT_SHORTEST,
    .decides_rest = TL_DECIDES_REST,
};
static struct tl_movement movement = {.settings = &looks, .counts = counts, .recent = recent};

static void begin_windows(void) {
    tl_movement_start(&movement);
}

void tl_live_push(const int16_t *xyz, uint32_t sample_number) {
    int16_t kept[TL_AXES];
    (void)tl_window_keep(xyz, kept);
    if (!tl_movement_push(&movement, kept)) {
        return;
    }
    if (movement.begins) {
        tl_decide_start(&row);
    }
    (void)tl_window_decide(movement.counts, outputs, &live_cycles);
    int8_t decision = movement.held > 0 ? tl_decide_once(&settings, outputs, TL_MODEL_OUTPUTS)
                                        : tl_decide(&row, &settings, outputs, TL_MODEL_OUTPUTS);
    predict(sample_number - (uint32_t)movement.behind, decision);
    tl_movement_advance(&movement);
}

#else

enum { LEFT = TL_LIVE_SAMPLES - TL_STRIDE_SAMPLES };  // what a decision leaves for the next; below 0: to leave out

static struct {
    _Alignas(4) tl_kept kept[TL_LIVE_SAMPLES * TL_CHANNELS];  // oldest first
    uint16_t filled;                                          // samples in it
    uint16_t skip;  // samples to leave out, where the stride is longer than the window
} live;

static void begin_windows(void) {
    live.filled = TL_START_SAMPLES;
    live.skip = 0;
    live_cycles.features = 0;
}

// Make room for the next stride.
static void advance(void) {
    int32_t left = LEFT > 0 ? LEFT : 0;
    for (int32_t i = 0; i < left * TL_CHANNELS; i++) {
        live.kept[i] = live.kept[i + TL_STRIDE_SAMPLES * TL_CHANNELS];
    }
    live.filled = (uint16_t)left;
    live.skip = (uint16_t)(left - LEFT);
    live_cycles.features = 0;
}

void tl_live_push(const int16_t *xyz, uint32_t sample_number) {
    if (live.skip > 0U) {
        live.skip--;
        return;
    }
    live_cycles.features += tl_window_keep(xyz, live.kept + live.filled * (uint32_t)TL_CHANNELS);
    live.filled++;
    if (live.filled == TL_LIVE_SAMPLES) {
        if (tl_window_decide(live.kept, outputs, &live_cycles)) {
            predict(sample_number, tl_decide(&row, &settings, outputs, TL_MODEL_OUTPUTS));
        }
        advance();
    }
}

#endif

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
    begin_windows();
    tl_decide_start(&row);
    shown = 0;
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

uint8_t tl_live_label(const struct tl_frame *frame) {
    (void)frame;
    return TL_ERROR_NO_MODEL;
}

#endif
