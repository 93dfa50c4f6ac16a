// tl_phase: when was a sample taken? The sensor's FIFO tells how many samples there are, not when they came.
//
// Every look into the FIFO bounds the newest sample's time: it was taken before the look, and the next one was not
// yet. tl_phase keeps the interval those bounds leave, lets it grow with the clock's uncertainty, and asks for the
// next look at the middle of it, so that each look halves it. The sample period is learned on the way. The times it
// gives follow the sensor's own clock, measured with the board's, to a small part of one period.
// No heap, no floats, no board. Times are in 1/256 µs inside.
#ifndef TL_PHASE_H
#define TL_PHASE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tl_phase {
    bool locked;         // a sample has been seen
    uint32_t nominal;    // sample period as the sensor's manual has it
    uint32_t period;     // as learned
    uint32_t tolerance;  // relative uncertainty of `period`, in 1/65536
    uint32_t doubt;      // half the interval in which `newest` lies
    uint64_t newest;     // time of the newest sample read
    uint64_t last_look;  // when the FIFO was last looked at
};

// Begin at `now_us` with an empty FIFO; what was learned about the period stays where the rate is the same.
void tl_phase_start(struct tl_phase *phase, uint16_t rate_hz, uint64_t now_us);

// How many samples were overwritten, if the FIFO was full at `time_us` and held `samples`.
uint32_t tl_phase_lost(const struct tl_phase *phase, uint64_t time_us, uint8_t samples);

// The FIFO held `samples` at `time_us`; `lost` more had been overwritten.
void tl_phase_look(struct tl_phase *phase, uint64_t time_us, uint8_t samples, uint32_t lost);

// Time in µs of the sample that is `before` samples older than the newest.
uint64_t tl_phase_time_us(const struct tl_phase *phase, uint32_t before);

// When to look again in µs, to find about `samples` new ones (at least 1).
uint64_t tl_phase_next_look_us(const struct tl_phase *phase, uint8_t samples);

#ifdef __cplusplus
}
#endif

#endif
