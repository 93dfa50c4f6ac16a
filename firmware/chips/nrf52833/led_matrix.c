// A row pin gives current (high), a column pin takes it (low). Ten pins need ten PWM channels: three units with four
// channels each. A unit plays a sequence of five steps, one per row, for ever (nRF52833 PS, PWM: individual load,
// LOOPSDONE→SEQSTART0); each step holds its pins fully on or off for 2 ms.
#include "led_matrix.h"

#include <stdbool.h>

#include "nrf52833.h"

enum { UNITS = 3, CHANNELS = 4, STEPS = TL_MATRIX_ROWS };

static const uint32_t units[UNITS] = {PWM0_BASE, PWM1_BASE, PWM2_BASE};

static uint16_t sequences[UNITS][STEPS][CHANNELS];  // EasyDMA reads RAM only

void tl_matrix_draw(const uint8_t *rows) {
    for (uint32_t step = 0; step < STEPS; step++) {
        for (uint32_t pin = 0; pin < TL_MATRIX_PINS; pin++) {
            bool row = pin < TL_MATRIX_ROWS;
            bool high = row ? pin == step : ((uint32_t)rows[step] >> (TL_MATRIX_PINS - 1U - pin) & 1U) == 0U;
            sequences[pin / CHANNELS][step][pin % CHANNELS] = high ? PWM_ALWAYS_HIGH : PWM_ALWAYS_LOW;
        }
    }
}

void tl_matrix_start(const uint8_t *pins) {
    for (uint32_t pin = 0; pin < TL_MATRIX_PINS; pin++) {
        GPIO_DIRSET(pins[pin] / 32U) = 1U << (pins[pin] % 32U);
        PWM_PSEL_OUT(units[pin / CHANNELS], pin % CHANNELS) = pins[pin];
    }
    for (uint32_t unit = 0; unit < UNITS; unit++) {
        uint32_t base = units[unit];
        PWM_ENABLE(base) = 1;
        PWM_PRESCALER(base) = PWM_125_KHZ;
        PWM_COUNTERTOP(base) = PWM_TOP;
        PWM_DECODER(base) = PWM_LOAD_INDIVIDUAL;
        PWM_LOOP(base) = 1;
        for (uint32_t sequence = 0; sequence < 2U; sequence++) {  // a loop alternates between both
            PWM_SEQUENCE_PTR(base, sequence) = (uint32_t)(uintptr_t)sequences[unit];
            PWM_SEQUENCE_CNT(base, sequence) = STEPS * CHANNELS;
        }
        PWM_SHORTS(base) = PWM_SHORT_LOOPSDONE_SEQSTART0;
    }
    for (uint32_t unit = 0; unit < UNITS; unit++) {
        PWM_SEQSTART0(units[unit]) = 1;
    }
}
