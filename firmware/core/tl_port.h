// tl_port: what the core needs from a board. Each folder in firmware/boards implements these twelve functions.
// The core calls them from one thread; none of them blocks longer than a few milliseconds.
//
// Board numbers on the wire (HELLO.board_id): 0x0002 BBC micro:bit V2, real or virtual.
#ifndef TL_PORT_H
#define TL_PORT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Clocks, pins, wire and the sensor's bus; called once, before everything else.
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
uint64_t tl_port_unique_id(void);

// Show one letter (A-Z, a-z, 0-9); a space clears. Boards without a display ignore it.
void tl_port_show(char letter);

// Which buttons are held down now: bit 0 for A, bit 1 for B; 0 for a board without any.
uint8_t tl_port_buttons(void);

// Start again as after power-on; does not return.
void tl_port_reset(void);

#ifdef __cplusplus
}
#endif

#endif
