// tl_port: what the core needs from a board. A new board is one folder that implements these functions.
// The core calls them from one thread; none of them blocks longer than a sensor transfer (a few milliseconds).
//
// Board numbers on the wire (HELLO.board_id): 0x0002 BBC micro:bit V2, real or virtual.
// Sensor numbers (HELLO.sensor_id): 1 LSM303AGR.
#ifndef TL_PORT_H
#define TL_PORT_H

#include <stdbool.h>
#include <stdint.h>

enum { TL_FIFO_SAMPLES = 32 };  // the most one tl_port_sensor_drain may return

// What came out of the sensor's FIFO.
struct tl_drain {
    uint64_t time_us;                     // when the number of samples was read
    uint8_t samples;                      // 0…TL_FIFO_SAMPLES
    bool full;                            // the FIFO was full, so older samples may have been overwritten
    int16_t xyz[TL_FIFO_SAMPLES * 3];     // raw counts, oldest first
};

// Clocks, pins, wire and sensor; called once, before everything else.
void tl_port_init(void);

// Time since reset in µs; never runs backwards.
uint64_t tl_port_time_us(void);

// CPU cycles, wrapping at 2^32; only differences mean something.
uint32_t tl_port_cycles(void);

// Sleep until `time_us`, or earlier when bytes have come in.
void tl_port_sleep_until(uint64_t time_us);

// Bytes that came over the wire, oldest first; returns how many were written to `to` (at most `space`).
uint16_t tl_port_read(uint8_t *to, uint16_t space);

// How many bytes tl_port_write takes now without losing any.
uint16_t tl_port_write_space(void);

// Queue bytes for the wire; `length` must not exceed tl_port_write_space().
void tl_port_write(const uint8_t *from, uint16_t length);

uint16_t tl_port_board_id(void);
uint8_t tl_port_sensor_id(void);
uint64_t tl_port_unique_id(void);

// Whether the sensor has this output data rate.
bool tl_port_has_rate(uint16_t rate_hz);

// g per raw count at this full scale; 0 where the sensor has no such range.
float tl_port_g_per_count(uint8_t range_g);

// Start measuring into an empty FIFO, at a rate and range the sensor has; false where the sensor does not answer.
bool tl_port_sensor_start(uint16_t rate_hz, uint8_t range_g);

// Take everything out of the FIFO; false where the sensor does not answer.
bool tl_port_sensor_drain(struct tl_drain *drain);

void tl_port_sensor_stop(void);

// Show one letter (A-Z, a-z, 0-9); a space clears. Boards without a display ignore it.
void tl_port_show(char letter);

// Start again as after power-on; does not return.
_Noreturn void tl_port_reset(void);

#endif
