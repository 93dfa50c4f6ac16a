#include "tl_stream.h"

#include <stdbool.h>

#include "tl_config.h"
#include "tl_live.h"
#include "tl_phase.h"
#include "tl_port.h"
#include "tl_send.h"
#include "tl_sensor.h"

enum {
    LEAST_SAMPLES = 2,  // per look into the FIFO,
    MOST_SAMPLES = 10,  // so that two thirds of its depth are left for the network's time
    LOOKS_HZ = 16,      // about; a look later than 100 ms would be felt
    RETRY_US = 20000,   // after a transfer the sensor did not answer
};

#if TL_HAS_MODEL
enum { START_RATE_HZ = TL_MODEL_RATE_HZ, START_RANGE_G = TL_MODEL_RANGE_G };
#else
enum { START_RATE_HZ = 50, START_RANGE_G = 8 };
#endif

static struct {
    bool on;
    uint8_t flags;
    uint8_t samples_per_look;
    struct tl_setting setting;
    uint32_t next_number;
    uint32_t overruns;
    uint64_t due_us;
    struct tl_stream_counters counters;
} stream;
static struct tl_phase phase;
static struct tl_drain drain;

void tl_stream_init(void) {
    stream.setting.rate_hz = START_RATE_HZ;
    stream.setting.range_g = START_RANGE_G;
}

const struct tl_stream_counters *tl_stream_counters(void) {
    return &stream.counters;
}

struct tl_setting tl_stream_setting(void) {
    return stream.setting;
}

static uint8_t samples_per_look(uint16_t rate_hz) {
    uint16_t samples = rate_hz / LOOKS_HZ;
    samples = samples < LEAST_SAMPLES ? LEAST_SAMPLES : samples;
    return (uint8_t)(samples > MOST_SAMPLES ? MOST_SAMPLES : samples);
}

static uint8_t refusal(const struct tl_start *start) {
    if (!tl_sensor_has_rate(start->rate_hz)) {
        return TL_ERROR_UNSUPPORTED_RATE;
    }
    if (!(tl_sensor_g_per_count(start->range_g) > 0.0F)) {
        return TL_ERROR_UNSUPPORTED_RANGE;
    }
    return (start->flags & TL_FLAG_PREDICTIONS) != 0U ? tl_live_refusal(start->rate_hz, start->range_g) : 0U;
}

uint8_t tl_stream_start(const struct tl_start *start) {
    uint8_t code = refusal(start);
    if (code != 0U) {
        return code;
    }
    tl_stream_stop();
    if (!tl_sensor_start(start->rate_hz, start->range_g)) {
        stream.counters.sensor_errors++;
        return TL_ERROR_SENSOR_SILENT;
    }
    stream.setting.rate_hz = start->rate_hz;
    stream.setting.range_g = start->range_g;
    stream.flags = start->flags;
    stream.samples_per_look = samples_per_look(start->rate_hz);
    stream.next_number = 0;
    stream.overruns = 0;
    tl_phase_start(&phase, start->rate_hz, tl_port_time_us());
    stream.due_us = tl_phase_next_look_us(&phase, stream.samples_per_look);
    stream.on = true;
    tl_live_start();
    return 0;
}

void tl_stream_stop(void) {
    if (stream.on) {
        stream.on = false;
        tl_sensor_stop();
        tl_port_show(' ');
    }
}

static void send_samples(void) {
    struct tl_samples head = {
        .time_us = tl_phase_time_us(&phase, drain.samples - 1U),
        .sample_number = stream.next_number,
        .overruns = stream.overruns,
    };
    uint8_t *to = tl_put_samples(tl_payload(), &head);
    for (uint32_t i = 0; i < drain.samples * 3U; i++) {
        to = tl_put_bits(to, (uint16_t)drain.xyz[i], 2U);
    }
    (void)tl_send_stream(TL_MESSAGE_SAMPLES, to);
}

static void hand_on(void) {
    if ((stream.flags & TL_FLAG_SAMPLES) != 0U) {
        send_samples();
    }
    if ((stream.flags & TL_FLAG_PREDICTIONS) != 0U) {
        for (uint32_t i = 0; i < drain.samples; i++) {
            tl_live_push(&drain.xyz[i * 3U], stream.next_number + i);
        }
    }
    stream.next_number += drain.samples;
    stream.counters.samples += drain.samples;
}

static void account_for_lost(uint32_t lost) {
    if (lost > 0U) {
        stream.next_number += lost;
        stream.overruns += lost;
        stream.counters.overruns += lost;
        tl_live_start();  // a window with a hole in it is no window
    }
}

void tl_stream_poll(void) {
    if (!stream.on || tl_port_time_us() < stream.due_us) {
        return;
    }
    if (!tl_sensor_drain(&drain)) {
        stream.counters.sensor_errors++;
        stream.due_us = tl_port_time_us() + RETRY_US;
        return;
    }
    uint32_t lost = drain.full ? tl_phase_lost(&phase, drain.time_us, drain.samples) : 0U;
    tl_phase_look(&phase, drain.time_us, drain.samples, lost);
    stream.due_us = tl_phase_next_look_us(&phase, stream.samples_per_look);
    account_for_lost(lost);
    if (drain.samples > 0U) {
        hand_on();
    }
}

uint64_t tl_stream_due_us(void) {
    return stream.on ? stream.due_us : UINT64_MAX;
}
