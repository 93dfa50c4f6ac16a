// tl_stream: from the sensor's FIFO to the wire and to the network. The sensor clocks the data: however late the FIFO
// is drained, the samples keep their places, and what it had to overwrite is counted.
#ifndef TL_STREAM_H
#define TL_STREAM_H

#include <stdint.h>

#include "tl_wire.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the sensor is set to, now or at the last START.
struct tl_setting {
    uint16_t rate_hz;
    uint8_t range_g;
};

// Since reset.
struct tl_stream_counters {
    uint32_t samples;
    uint32_t overruns;  // samples that the sensor overwrote
    uint32_t sensor_errors;
};

void tl_stream_init(void);
const struct tl_stream_counters *tl_stream_counters(void);
struct tl_setting tl_stream_setting(void);

// Start again with sample number 0; returns 0 or a TL_ERROR code.
uint8_t tl_stream_start(const struct tl_start *start);
void tl_stream_stop(void);

// Drain the FIFO, send, classify, if it is time to.
void tl_stream_poll(void);

// When tl_stream_poll has something to do, in µs; UINT64_MAX while nothing streams.
uint64_t tl_stream_due_us(void);

#ifdef __cplusplus
}
#endif

#endif
