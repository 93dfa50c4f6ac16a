// The wire's messages. Generated from tinylab/link/wire.toml by generate.py; do not edit.
// Each message has a struct, TL_<NAME>_BYTES (its fixed part) and a put or a get function;
// a tail (samples, outputs, text) follows the fixed part and is the caller's affair.
#ifndef TL_WIRE_H
#define TL_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TL_PROTOCOL_VERSION (1)  // raised when an older end would misunderstand a newer one
#define TL_MAX_PAYLOAD (240)  // bytes; small enough for a board's buffers, large enough for 36 samples
#define TL_MAX_OUTPUTS (64)  // classes a network on the board may have
#define TL_BAUD_RATE (115200)  // bit/s; what every USB interface chip of these boards carries without loss
#define TL_CAPABILITY_STREAM (1)  // sends SAMPLES
#define TL_CAPABILITY_MODEL (2)  // has a network and sends PREDICTION
#define TL_CAPABILITY_SELFTEST (4)  // answers SELFTEST
#define TL_CAPABILITY_DECISION (8)  // takes SET_DECISION and answers DECISION_ASK
#define TL_CAPABILITY_BUTTON (16)  // sends BUTTON while it streams
#define TL_CAPABILITY_MOVEMENT (32)  // decides by movement: on a short one once it has ended, on long ones every stride
#define TL_MAX_SMOOTHING (8)  // decisions that a board averages at most
#define TL_FLAG_SAMPLES (1)  // START: send SAMPLES
#define TL_FLAG_PREDICTIONS (2)  // START: send PREDICTION; ignored by a board without a network
#define TL_NO_DECISION (-1)  // PREDICTION: unknown, for it is below its threshold or neighbours disagree

enum tl_message {
    TL_MESSAGE_HELLO_ASK = 0x01,  // Who are you? Answered any time with HELLO.
    TL_MESSAGE_START = 0x02,  // Stream from now on; restarts the sample number at 0. Answered with ACK or ERROR.
    TL_MESSAGE_STOP = 0x03,  // Stop streaming. Answered with ACK; nothing streams after it.
    TL_MESSAGE_LABEL_ASK = 0x04,  // The label's bytes from `offset` on. Answered with LABEL or ERROR.
    TL_MESSAGE_SELFTEST = 0x05,  // A piece of one window of raw counts. Answered with ACK, the last piece with SELFTEST_RESULT.
    TL_MESSAGE_STATS_ASK = 0x06,  // How is the wire? Answered with STATS.
    TL_MESSAGE_RESET = 0x07,  // Start again as after power-on. Answered with ACK first.
    TL_MESSAGE_SET_DECISION = 0x08,  // Decide like this from the next window on, until reset. Answered with ACK or ERROR.
    TL_MESSAGE_DECISION_ASK = 0x09,  // How do you decide now? Answered with DECISION_SETTINGS or ERROR.
    TL_MESSAGE_HELLO = 0x81,  // What this board is and what runs on it.
    TL_MESSAGE_ACK = 0x82,  // Done.
    TL_MESSAGE_ERROR = 0x83,  // Refused, with a code and a sentence.
    TL_MESSAGE_LABEL = 0x84,  // Bytes of a label.
    TL_MESSAGE_SAMPLES = 0x85,  // What the sensor measured, in its own order; gaps show in the sample number.
    TL_MESSAGE_PREDICTION = 0x86,  // What the network makes of the window that just ended.
    TL_MESSAGE_SELFTEST_RESULT = 0x87,  // What the network makes of the window just sent.
    TL_MESSAGE_STATS = 0x88,  // Counters since reset.
    TL_MESSAGE_DECISION_SETTINGS = 0x89,  // How the board decides now.
    TL_MESSAGE_BUTTON = 0x8A,  // A button of the board was pressed, while it streams.
};

enum tl_error_code {
    TL_ERROR_UNKNOWN_MESSAGE = 1,  // this firmware does not know the message
    TL_ERROR_BAD_LENGTH = 2,  // the payload is shorter or longer than the message's
    TL_ERROR_UNSUPPORTED_RATE = 3,  // the sensor has no such output data rate
    TL_ERROR_UNSUPPORTED_RANGE = 4,  // the sensor has no such range
    TL_ERROR_NO_MODEL = 5,  // there is no network on the board
    TL_ERROR_BAD_INDEX = 6,  // there is no such class, offset, piece or setting
    TL_ERROR_SENSOR_SILENT = 7,  // the accelerometer does not answer
};

static inline uint8_t *tl_put_bits(uint8_t *to, uint64_t value, uint8_t bytes) {
    for (uint8_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8U * i));
    }
    return to + bytes;
}

static inline uint64_t tl_get_bits(const uint8_t *from, uint8_t bytes) {
    uint64_t value = 0;
    for (uint8_t i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8U * i);
    }
    return value;
}

static inline uint32_t tl_float_bits(float value) {
    union {
        float value;
        uint32_t bits;
    } both = {.value = value};
    return both.bits;
}

// Stream from now on; restarts the sample number at 0. Answered with ACK or ERROR.
struct tl_start {
    uint16_t rate_hz;  // output data rate; one the sensor has
    uint8_t range_g;  // full scale, plus and minus; one the sensor has
    uint8_t flags;  // FLAG_SAMPLES | FLAG_PREDICTIONS
};
#define TL_START_BYTES (4)

// Reads the fixed part; false where the length does not fit.
static inline bool tl_get_start(const uint8_t *from, uint16_t length, struct tl_start *m) {
    if (length != TL_START_BYTES) {
        return false;
    }
    m->rate_hz = (uint16_t)tl_get_bits(from + 0, 2U);
    m->range_g = (uint8_t)tl_get_bits(from + 2, 1U);
    m->flags = (uint8_t)tl_get_bits(from + 3, 1U);
    return true;
}

// The label's bytes from `offset` on. Answered with LABEL or ERROR.
struct tl_label_ask {
    uint8_t index;  // class
    uint16_t offset;  // bytes
};
#define TL_LABEL_ASK_BYTES (3)

// Reads the fixed part; false where the length does not fit.
static inline bool tl_get_label_ask(const uint8_t *from, uint16_t length, struct tl_label_ask *m) {
    if (length != TL_LABEL_ASK_BYTES) {
        return false;
    }
    m->index = (uint8_t)tl_get_bits(from + 0, 1U);
    m->offset = (uint16_t)tl_get_bits(from + 1, 2U);
    return true;
}

// A piece of one window of raw counts. Answered with ACK, the last piece with SELFTEST_RESULT.
struct tl_selftest {
    uint16_t offset;  // samples before this piece
};
#define TL_SELFTEST_BYTES (2)

// Reads the fixed part; false where the length does not fit.
static inline bool tl_get_selftest(const uint8_t *from, uint16_t length, struct tl_selftest *m) {
    if (length < TL_SELFTEST_BYTES) {
        return false;
    }
    m->offset = (uint16_t)tl_get_bits(from + 0, 2U);
    return true;
}

// Decide like this from the next window on, until reset. Answered with ACK or ERROR.
struct tl_set_decision {
    uint8_t consecutive;  // so many equal winners in a row make a decision, at least 1
    uint8_t smoothing;  // the outputs of so many windows are averaged, 1 to MAX_SMOOTHING
};
#define TL_SET_DECISION_BYTES (2)

// Reads the fixed part; false where the length does not fit.
static inline bool tl_get_set_decision(const uint8_t *from, uint16_t length, struct tl_set_decision *m) {
    if (length < TL_SET_DECISION_BYTES) {
        return false;
    }
    m->consecutive = (uint8_t)tl_get_bits(from + 0, 1U);
    m->smoothing = (uint8_t)tl_get_bits(from + 1, 1U);
    return true;
}

// What this board is and what runs on it.
struct tl_hello {
    uint8_t protocol;  // PROTOCOL_VERSION
    uint16_t board_id;  // boards are numbered in tinylab/boards
    uint64_t unique_id;  // of the chip
    uint8_t build_id[8];  // of the firmware image
    uint32_t uptime_ms;  // since reset
    uint8_t sensor_id;  // 1 = LSM303AGR
    uint8_t range_g;  // full scale now
    uint16_t rate_hz;  // nominal output data rate now
    float g_per_count;  // g one count stands for, at range_g
    uint16_t capabilities;  // CAPABILITY_… or-ed
    uint8_t model_hash[8];  // of the network and its inputs; zeros where there is none
    uint8_t labels;  // number of classes, 0 without a network
    uint16_t window_samples;  // the network's window, 0 without a network
    uint16_t stride_samples;  // samples between two decisions
    uint16_t model_rate_hz;  // rate the network expects
    uint8_t model_range_g;  // range the network expects
};
#define TL_HELLO_BYTES (49)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_hello(uint8_t *to, const struct tl_hello *m) {
    to = tl_put_bits(to, m->protocol, 1U);
    to = tl_put_bits(to, m->board_id, 2U);
    to = tl_put_bits(to, m->unique_id, 8U);
    for (uint8_t i = 0; i < 8U; i++) {
        *to++ = m->build_id[i];
    }
    to = tl_put_bits(to, m->uptime_ms, 4U);
    to = tl_put_bits(to, m->sensor_id, 1U);
    to = tl_put_bits(to, m->range_g, 1U);
    to = tl_put_bits(to, m->rate_hz, 2U);
    to = tl_put_bits(to, tl_float_bits(m->g_per_count), 4U);
    to = tl_put_bits(to, m->capabilities, 2U);
    for (uint8_t i = 0; i < 8U; i++) {
        *to++ = m->model_hash[i];
    }
    to = tl_put_bits(to, m->labels, 1U);
    to = tl_put_bits(to, m->window_samples, 2U);
    to = tl_put_bits(to, m->stride_samples, 2U);
    to = tl_put_bits(to, m->model_rate_hz, 2U);
    to = tl_put_bits(to, m->model_range_g, 1U);
    return to;
}

// Done.
struct tl_ack {
    uint8_t about_message;  // number
    uint8_t about_sequence;  // sequence of that message
};
#define TL_ACK_BYTES (2)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_ack(uint8_t *to, const struct tl_ack *m) {
    to = tl_put_bits(to, m->about_message, 1U);
    to = tl_put_bits(to, m->about_sequence, 1U);
    return to;
}

// Refused, with a code and a sentence.
struct tl_error {
    uint8_t about_message;  // number
    uint8_t about_sequence;  // sequence of that message
    uint8_t code;  // an error code
};
#define TL_ERROR_BYTES (3)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_error(uint8_t *to, const struct tl_error *m) {
    to = tl_put_bits(to, m->about_message, 1U);
    to = tl_put_bits(to, m->about_sequence, 1U);
    to = tl_put_bits(to, m->code, 1U);
    return to;
}

// Bytes of a label.
struct tl_label {
    uint8_t index;  // class
    uint16_t offset;  // bytes
    uint16_t total;  // bytes of the whole label
};
#define TL_LABEL_BYTES (5)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_label(uint8_t *to, const struct tl_label *m) {
    to = tl_put_bits(to, m->index, 1U);
    to = tl_put_bits(to, m->offset, 2U);
    to = tl_put_bits(to, m->total, 2U);
    return to;
}

// What the sensor measured, in its own order; gaps show in the sample number.
struct tl_samples {
    uint64_t time_us;  // board's time of the first sample, since reset
    uint32_t sample_number;  // of the first sample, since START
    uint32_t overruns;  // samples the sensor's FIFO overwrote since START
};
#define TL_SAMPLES_BYTES (16)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_samples(uint8_t *to, const struct tl_samples *m) {
    to = tl_put_bits(to, m->time_us, 8U);
    to = tl_put_bits(to, m->sample_number, 4U);
    to = tl_put_bits(to, m->overruns, 4U);
    return to;
}

// What the network makes of the window that just ended.
struct tl_prediction {
    uint32_t sample_number;  // of the last sample in the window, since START; held ones behind it do not count
    int8_t decision;  // class after smoothing, or NO_DECISION
    uint32_t features_cycles;  // CPU cycles from raw counts to the network's input
    uint32_t network_cycles;  // CPU cycles in the network
};
#define TL_PREDICTION_BYTES (13)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_prediction(uint8_t *to, const struct tl_prediction *m) {
    to = tl_put_bits(to, m->sample_number, 4U);
    to = tl_put_bits(to, (uint8_t)m->decision, 1U);
    to = tl_put_bits(to, m->features_cycles, 4U);
    to = tl_put_bits(to, m->network_cycles, 4U);
    return to;
}

// What the network makes of the window just sent.
struct tl_selftest_result {
    uint32_t features_cycles;  // CPU cycles from raw counts to the network's input
    uint32_t network_cycles;  // CPU cycles in the network
};
#define TL_SELFTEST_RESULT_BYTES (8)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_selftest_result(uint8_t *to, const struct tl_selftest_result *m) {
    to = tl_put_bits(to, m->features_cycles, 4U);
    to = tl_put_bits(to, m->network_cycles, 4U);
    return to;
}

// Counters since reset.
struct tl_stats {
    uint32_t uptime_ms;  // since reset
    uint32_t frames_good;  // received
    uint32_t frames_bad;  // received with a wrong CRC, length or coding
    uint32_t samples;  // read from the sensor
    uint32_t overruns;  // samples the sensor's FIFO overwrote
    uint32_t frames_dropped;  // not sent because the wire was full
    uint32_t sensor_errors;  // transfers the sensor did not answer
};
#define TL_STATS_BYTES (28)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_stats(uint8_t *to, const struct tl_stats *m) {
    to = tl_put_bits(to, m->uptime_ms, 4U);
    to = tl_put_bits(to, m->frames_good, 4U);
    to = tl_put_bits(to, m->frames_bad, 4U);
    to = tl_put_bits(to, m->samples, 4U);
    to = tl_put_bits(to, m->overruns, 4U);
    to = tl_put_bits(to, m->frames_dropped, 4U);
    to = tl_put_bits(to, m->sensor_errors, 4U);
    return to;
}

// How the board decides now.
struct tl_decision_settings {
    uint8_t consecutive;  // so many equal winners in a row make a decision
    uint8_t smoothing;  // the outputs of so many windows are averaged
};
#define TL_DECISION_SETTINGS_BYTES (2)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_decision_settings(uint8_t *to, const struct tl_decision_settings *m) {
    to = tl_put_bits(to, m->consecutive, 1U);
    to = tl_put_bits(to, m->smoothing, 1U);
    return to;
}

// A button of the board was pressed, while it streams.
struct tl_button {
    uint8_t button;  // 1 = A, 2 = B
    uint64_t time_us;  // board's time, since reset
};
#define TL_BUTTON_BYTES (9)

// Writes the fixed part; returns where the tail begins.
static inline uint8_t *tl_put_button(uint8_t *to, const struct tl_button *m) {
    to = tl_put_bits(to, m->button, 1U);
    to = tl_put_bits(to, m->time_us, 8U);
    return to;
}

#ifdef __cplusplus
}
#endif

#endif
