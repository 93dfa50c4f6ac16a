#include "tl_selftest.h"

#include "tl_config.h"
#include "tl_send.h"

#if TL_HAS_MODEL

#include "tl_live.h"
#include "tl_window.h"

enum {
    BYTES_PER_SAMPLE = 6,
    NEW = TL_STRIDE_SAMPLES < TL_WINDOW_SAMPLES ? TL_STRIDE_SAMPLES : TL_WINDOW_SAMPLES,  // samples per decision
};

static struct {
    _Alignas(4) tl_kept kept[TL_TESTED_SAMPLES * TL_CHANNELS];
    uint16_t received;       // samples of the window
    uint32_t sample_cycles;  // the most that scaling one of them took
} tested;

// The cycles reported are those of one decision: the samples of one stride scaled, and the network.
void tl_selftest_send(void) {
    if (tested.received != TL_WINDOW_SAMPLES) {
        return;
    }
    int8_t outputs[TL_MODEL_OUTPUTS];
    struct tl_cycles cycles = {.features = tested.sample_cycles * (uint32_t)NEW};
    tl_window_test(tested.kept, outputs, &cycles);
#if TL_STREAMING
    tl_live_start();  // the network has forgotten the stream: live decisions begin with a new window
#endif
    struct tl_selftest_result head = {.features_cycles = cycles.features, .network_cycles = cycles.network};
    uint8_t *to = tl_put_selftest_result(tl_payload(), &head);
    for (uint32_t i = 0; i < TL_MODEL_OUTPUTS; i++) {
        *to++ = (uint8_t)outputs[i];
    }
    (void)tl_send_reply(TL_MESSAGE_SELFTEST_RESULT, to);
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
uint8_t tl_selftest_take(const struct tl_frame *frame) {
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

#else

uint8_t tl_selftest_take(const struct tl_frame *frame) {
    (void)frame;
    return TL_ERROR_NO_MODEL;
}

void tl_selftest_send(void) {
}

#endif
