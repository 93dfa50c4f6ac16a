// clock: 64-bit microseconds since reset from TIMER0, CPU cycles, and sleeping.
#ifndef TL_CLOCK_H
#define TL_CLOCK_H

#include <stdint.h>

// Start the crystal, TIMER0 and the cycle counter.
void tl_clock_init(void);

// Time since reset in µs; never runs backwards.
uint64_t tl_clock_us(void);

// Sleep until an enabled interrupt is pending, at the latest at `time_us`; returns at once where that has passed.
void tl_clock_sleep_until(uint64_t time_us);

#endif
