// serial: bytes to and from the host by UARTE0 at 115200 bit/s, both ways through rings in RAM that EasyDMA serves.
// TIMER1 and PPI channel 0 count the bytes that came in.
#ifndef TL_SERIAL_H
#define TL_SERIAL_H

#include <stdint.h>

// Pins are given as PSEL(port, pin): `tx` to the host, `rx` from it.
void tl_serial_init(uint32_t tx, uint32_t rx);

// Bytes that came in, oldest first; returns how many were written to `to` (at most `space`).
uint16_t tl_serial_read(uint8_t *to, uint16_t space);

// How many bytes tl_serial_write takes now.
uint16_t tl_serial_write_space(void);

// Queue bytes; `length` must not exceed tl_serial_write_space().
void tl_serial_write(const uint8_t *from, uint16_t length);

// Sleep until `time_us`, or earlier when bytes have come in or gone out.
void tl_serial_sleep_until(uint64_t time_us);

#endif
