#include "tl_reply.h"

#include "tl_config.h"
#include "tl_live.h"
#include "tl_port.h"
#include "tl_selftest.h"
#include "tl_send.h"
#include "tl_sensor.h"
#include "tl_stream.h"

enum {
    ANSWER_FROM = 0x80,       // messages from here on come from boards: never answered, so that no two boards chat
    RESET_AFTER_US = 100000,  // a full buffer needs 90 ms at 115200 bit/s
};

static uint64_t reset_us = UINT64_MAX;

static uint32_t uptime_ms(void) {
    return (uint32_t)(tl_port_time_us() / 1000U);
}

static void reply_hello(void) {
    struct tl_setting setting = tl_stream_setting();
    struct tl_hello hello = {
        .protocol = TL_PROTOCOL_VERSION,
        .board_id = tl_port_board_id(),
        .unique_id = tl_port_unique_id(),
        .uptime_ms = uptime_ms(),
        .sensor_id = tl_sensor_id(),
        .range_g = setting.range_g,
        .rate_hz = setting.rate_hz,
        .g_per_count = tl_sensor_g_per_count(setting.range_g),
        .capabilities = TL_CAPABILITY_STREAM | TL_CAPABILITY_BUTTON,
    };
    for (uint32_t i = 0; i < sizeof hello.build_id; i++) {
        hello.build_id[i] = tl_build_id[i];
    }
#if TL_HAS_MODEL
    for (uint32_t i = 0; i < sizeof hello.model_hash; i++) {
        hello.model_hash[i] = tl_model_hash[i];
    }
    hello.capabilities |= TL_CAPABILITY_MODEL | TL_CAPABILITY_SELFTEST | TL_CAPABILITY_DECISION;
#ifdef TL_MOVEMENT_LEVEL
    hello.capabilities |= TL_CAPABILITY_MOVEMENT;
#endif
    hello.labels = TL_LABELS;
    hello.window_samples = TL_WINDOW_SAMPLES;
    hello.stride_samples = TL_STRIDE_SAMPLES;
    hello.model_rate_hz = TL_MODEL_RATE_HZ;
    hello.model_range_g = TL_MODEL_RANGE_G;
#endif
    (void)tl_send_reply(TL_MESSAGE_HELLO, tl_put_hello(tl_payload(), &hello));
}

static void reply_stats(const struct tl_parser *parser) {
    const struct tl_stream_counters *counters = tl_stream_counters();
    struct tl_stats stats = {
        .uptime_ms = uptime_ms(),
        .frames_good = parser->good,
        .frames_bad = parser->bad,
        .samples = counters->samples,
        .overruns = counters->overruns,
        .frames_dropped = tl_send_dropped(),
        .sensor_errors = counters->sensor_errors,
    };
    (void)tl_send_reply(TL_MESSAGE_STATS, tl_put_stats(tl_payload(), &stats));
}

static void ack(const struct tl_frame *frame) {
    struct tl_ack about = {.about_message = frame->message, .about_sequence = frame->sequence};
    (void)tl_send_reply(TL_MESSAGE_ACK, tl_put_ack(tl_payload(), &about));
}

static const char *sentence(uint8_t code) {
    switch (code) {
    case TL_ERROR_UNKNOWN_MESSAGE:
        return "This firmware does not know the message.";
    case TL_ERROR_BAD_LENGTH:
        return "The message is too short or too long.";
    case TL_ERROR_UNSUPPORTED_RATE:
        return "The sensor or the network does not work at this rate.";
    case TL_ERROR_UNSUPPORTED_RANGE:
        return "The sensor or the network does not work at this range.";
    case TL_ERROR_NO_MODEL:
        return "There is no network on the board.";
    case TL_ERROR_BAD_INDEX:
        return "There is no such class, offset, piece or setting.";
    case TL_ERROR_SENSOR_SILENT:
        return "The accelerometer does not answer.";
    default:
        return "Refused.";
    }
}

static void reply_error(const struct tl_frame *frame, uint8_t code) {
    struct tl_error error = {.about_message = frame->message, .about_sequence = frame->sequence, .code = code};
    uint8_t *to = tl_put_error(tl_payload(), &error);
    for (const char *text = sentence(code); *text != '\0'; text++) {
        *to++ = (uint8_t)*text;
    }
    (void)tl_send_reply(TL_MESSAGE_ERROR, to);
}

static uint8_t start_stream(const struct tl_frame *frame) {
    struct tl_start start;
    if (!tl_get_start(frame->payload, frame->length, &start)) {
        return TL_ERROR_BAD_LENGTH;
    }
    uint8_t code = tl_stream_start(&start);
    if (code == 0U) {
        ack(frame);
    }
    return code;
}

static uint8_t take_selftest(const struct tl_frame *frame) {
    uint8_t code = tl_selftest_take(frame);
    if (code == 0U) {
        ack(frame);
        tl_selftest_send();
    }
    return code;
}

static uint8_t take_decide(const struct tl_frame *frame) {
    uint8_t code = tl_live_decide(frame);
    if (code == 0U) {
        ack(frame);
    }
    return code;
}

// The messages without a payload.
static void reply_simple(const struct tl_parser *parser, const struct tl_frame *frame) {
    switch (frame->message) {
    case TL_MESSAGE_HELLO_ASK:
        reply_hello();
        break;
    case TL_MESSAGE_STATS_ASK:
        reply_stats(parser);
        break;
    case TL_MESSAGE_STOP:
        tl_stream_stop();
        ack(frame);
        break;
    default:
        tl_stream_stop();
        ack(frame);
        reset_us = tl_port_time_us() + RESET_AFTER_US;
        break;
    }
}

void tl_reply(struct tl_parser *parser, const struct tl_frame *frame) {
    uint8_t code = 0;
    switch (frame->message) {
    case TL_MESSAGE_HELLO_ASK:
    case TL_MESSAGE_STATS_ASK:
    case TL_MESSAGE_STOP:
    case TL_MESSAGE_RESET:
        if (frame->length == 0U) {
            reply_simple(parser, frame);
        } else {
            code = TL_ERROR_BAD_LENGTH;
        }
        break;
    case TL_MESSAGE_SET_DECISION:
        code = take_decide(frame);
        break;
    case TL_MESSAGE_DECISION_ASK:
        code = frame->length == 0U ? tl_live_send_settings() : (uint8_t)TL_ERROR_BAD_LENGTH;
        break;
    case TL_MESSAGE_START:
        code = start_stream(frame);
        break;
    case TL_MESSAGE_LABEL_ASK:
        code = tl_live_label(frame);
        break;
    case TL_MESSAGE_SELFTEST:
        code = take_selftest(frame);
        break;
    default:
        code = frame->message < ANSWER_FROM ? TL_ERROR_UNKNOWN_MESSAGE : 0U;
        break;
    }
    if (code == TL_ERROR_BAD_LENGTH) {
        parser->good--;
        parser->bad++;
    }
    if (code != 0U) {
        reply_error(frame, code);
    }
}

uint64_t tl_reply_reset_us(void) {
    return reset_us;
}
