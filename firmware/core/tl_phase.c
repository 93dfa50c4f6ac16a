#include "tl_phase.h"

enum {
    SCALE = 8,               // 256 parts of a µs
    SEARCH_PARTS = 16,       // looks per period until the first sample is seen
    START_TOLERANCE = 2048,  // 1/32: cheap sensors are that far off
    LEAST_TOLERANCE = 32,    // 1/2048: temperature
};

void tl_phase_start(struct tl_phase *phase, uint16_t rate_hz, uint64_t now_us) {
    uint32_t nominal = (1000000U << SCALE) / rate_hz;
    if (phase->nominal != nominal) {
        phase->nominal = nominal;
        phase->period = nominal;
        phase->tolerance = START_TOLERANCE;
    }
    phase->locked = false;
    phase->last_look = now_us << SCALE;
    phase->newest = phase->last_look;
    phase->doubt = phase->period / 2U;
}

uint32_t tl_phase_lost(const struct tl_phase *phase, uint64_t time_us, uint8_t samples) {
    uint64_t taken = ((time_us << SCALE) - phase->newest) / phase->period;
    return taken > samples ? (uint32_t)(taken - samples) : 0U;
}

static void lock(struct tl_phase *phase, uint64_t now, uint32_t samples) {
    uint64_t low = phase->last_look + (uint64_t)(samples - 1U) * phase->period;
    if (low + phase->period < now) {
        low = now - phase->period;
    }
    if (low > now) {
        low = now;
    }
    phase->newest = low + (now - low) / 2U;
    phase->doubt = (uint32_t)((now - low) / 2U);
    phase->locked = true;
}

// The period follows the corrections: `correction` was needed after `samples` samples.
static void learn(struct tl_phase *phase, int64_t correction, uint32_t samples) {
    int64_t period = (int64_t)phase->period + correction / (int64_t)(samples * 8U);
    int64_t least = (int64_t)(phase->nominal - phase->nominal / 8U);
    int64_t most = (int64_t)(phase->nominal + phase->nominal / 8U);
    period = period < least ? least : period;
    phase->period = (uint32_t)(period > most ? most : period);
}

void tl_phase_look(struct tl_phase *phase, uint64_t time_us, uint8_t samples, uint32_t lost) {
    uint64_t now = time_us << SCALE;
    uint32_t steps = samples + lost;
    if (!phase->locked) {
        if (steps > 0U) {
            lock(phase, now, steps);
        }
        phase->last_look = now;
        return;
    }
    uint64_t expected = phase->newest + (uint64_t)steps * phase->period;
    uint64_t growth = ((now - phase->last_look) * phase->tolerance) >> 16U;
    uint64_t doubt = phase->doubt + growth;
    uint64_t low = expected - doubt;
    uint64_t high = expected + doubt;
    uint64_t latest = now;  // the newest sample was there, the next one was not
    uint64_t earliest = now > phase->period ? now - phase->period : 0U;
    phase->last_look = now;
    low = low < earliest ? earliest : low;
    high = high > latest ? latest : high;
    if (low > high) {  // the clock is further off than thought: trust the look
        phase->tolerance = START_TOLERANCE;
        uint64_t nearest = expected > latest ? latest : earliest;
        phase->newest = nearest;
        phase->doubt = phase->period / 8U;
    } else {
        phase->newest = low + (high - low) / 2U;
        phase->doubt = (uint32_t)((high - low) / 2U);
        phase->tolerance -= (phase->tolerance - LEAST_TOLERANCE) / 16U;
    }
    if (steps > 0U) {
        learn(phase, (int64_t)(phase->newest - expected), steps);
    }
}

uint64_t tl_phase_time_us(const struct tl_phase *phase, uint32_t before) {
    uint64_t back = (uint64_t)before * phase->period;
    return back > phase->newest ? 0U : (phase->newest - back) >> SCALE;
}

uint64_t tl_phase_next_look_us(const struct tl_phase *phase, uint8_t samples) {
    if (!phase->locked) {
        return (phase->last_look + phase->period / SEARCH_PARTS) >> SCALE;
    }
    return (phase->newest + (uint64_t)samples * phase->period) >> SCALE;
}
