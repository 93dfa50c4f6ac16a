// tl_sensor: what the core needs from an accelerometer with a FIFO. Each driver in firmware/sensors implements these
// functions; an image holds the one that the board's .toml names.
// The core calls them from one thread; none of them blocks longer than a transfer (a few milliseconds).
//
// Sensor numbers (HELLO.sensor_id): 1 LSM303AGR.
#ifndef TL_SENSOR_H
#define TL_SENSOR_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TL_FIFO_SAMPLES = 32 };  // the most one tl_sensor_drain may return

// What came out of the FIFO.
struct tl_drain {
    uint64_t time_us;                  // when the number of samples was read
    uint8_t samples;                   // 0…TL_FIFO_SAMPLES
    bool full;                         // the FIFO was full, so older samples may have been overwritten
    int16_t xyz[TL_FIFO_SAMPLES * 3];  // raw counts, oldest first
};

uint8_t tl_sensor_id(void);

// Whether the sensor has this output data rate.
bool tl_sensor_has_rate(uint16_t rate_hz);

// g per raw count at this full scale; 0 where the sensor has no such range.
float tl_sensor_g_per_count(uint8_t range_g);

// Start measuring into an empty FIFO, at a rate and range the sensor has; false where the sensor does not answer.
bool tl_sensor_start(uint16_t rate_hz, uint8_t range_g);

// Take everything out of the FIFO; false where the sensor does not answer.
bool tl_sensor_drain(struct tl_drain *drain);

void tl_sensor_stop(void);

#ifdef __cplusplus
}
#endif

#endif
