// The LEDs form a matrix: a row pin gives current (high), a column pin takes it (low). Ten pins need ten PWM channels:
// three units with four channels each. A unit plays a sequence of five steps, one per row, for ever (nRF52833 PS, PWM:
// individual load, LOOPSDONE→SEQSTART0); each step holds its pins fully on or off for 2 ms.
#include "display.h"

#include <stdbool.h>
#include <stdint.h>

#include "nrf52833.h"

enum { ROWS = 5, COLUMNS = 5, UNITS = 3, CHANNELS = 4, PINS = ROWS + COLUMNS, STEPS = ROWS };

// micro:bit V2 schematic: rows first, then columns.
static const uint8_t pins[PINS] = {PSEL(0U, 21U), PSEL(0U, 22U), PSEL(0U, 15U), PSEL(0U, 24U), PSEL(0U, 19U),
                                   PSEL(0U, 28U), PSEL(0U, 11U), PSEL(0U, 31U), PSEL(1U, 5U),  PSEL(0U, 30U)};
static const uint32_t units[UNITS] = {PWM0_BASE, PWM1_BASE, PWM2_BASE};

// Five rows of five bits, the leftmost LED in the highest; A to Z, then 0 to 9.
static const uint8_t font[36][ROWS] = {
    {0x0E, 0x11, 0x1F, 0x11, 0x11}, {0x1E, 0x11, 0x1E, 0x11, 0x1E}, {0x0F, 0x10, 0x10, 0x10, 0x0F},
    {0x1E, 0x11, 0x11, 0x11, 0x1E}, {0x1F, 0x10, 0x1E, 0x10, 0x1F}, {0x1F, 0x10, 0x1E, 0x10, 0x10},
    {0x0F, 0x10, 0x13, 0x11, 0x0F}, {0x11, 0x11, 0x1F, 0x11, 0x11}, {0x0E, 0x04, 0x04, 0x04, 0x0E},
    {0x07, 0x02, 0x02, 0x12, 0x0C}, {0x12, 0x14, 0x18, 0x14, 0x12}, {0x10, 0x10, 0x10, 0x10, 0x1F},
    {0x11, 0x1B, 0x15, 0x11, 0x11}, {0x11, 0x19, 0x15, 0x13, 0x11}, {0x0E, 0x11, 0x11, 0x11, 0x0E},
    {0x1E, 0x11, 0x1E, 0x10, 0x10}, {0x0E, 0x11, 0x15, 0x12, 0x0D}, {0x1E, 0x11, 0x1E, 0x14, 0x12},
    {0x0F, 0x10, 0x0E, 0x01, 0x1E}, {0x1F, 0x04, 0x04, 0x04, 0x04}, {0x11, 0x11, 0x11, 0x11, 0x0E},
    {0x11, 0x11, 0x11, 0x0A, 0x04}, {0x11, 0x11, 0x15, 0x1B, 0x11}, {0x11, 0x0A, 0x04, 0x0A, 0x11},
    {0x11, 0x0A, 0x04, 0x04, 0x04}, {0x1F, 0x02, 0x04, 0x08, 0x1F}, {0x0E, 0x13, 0x15, 0x19, 0x0E},
    {0x04, 0x0C, 0x04, 0x04, 0x0E}, {0x1E, 0x01, 0x0E, 0x10, 0x1F}, {0x1E, 0x01, 0x0E, 0x01, 0x1E},
    {0x12, 0x12, 0x1F, 0x02, 0x02}, {0x1F, 0x10, 0x1E, 0x01, 0x1E}, {0x0E, 0x10, 0x1E, 0x11, 0x0E},
    {0x1F, 0x01, 0x02, 0x04, 0x04}, {0x0E, 0x11, 0x0E, 0x11, 0x0E}, {0x0E, 0x11, 0x0F, 0x01, 0x0E},
};
static const uint8_t dot[ROWS] = {0x00, 0x00, 0x04, 0x00, 0x00};
static const uint8_t nothing[ROWS];

static uint16_t sequences[UNITS][STEPS][CHANNELS];  // EasyDMA reads RAM only
static bool started;

static const uint8_t *picture(char letter) {
    if (letter >= 'a' && letter <= 'z') {
        return font[letter - 'a'];
    }
    if (letter >= 'A' && letter <= 'Z') {
        return font[letter - 'A'];
    }
    if (letter >= '0' && letter <= '9') {
        return font[26 + letter - '0'];
    }
    return letter == ' ' ? nothing : dot;
}

static void draw(const uint8_t *rows) {
    for (uint32_t step = 0; step < STEPS; step++) {
        for (uint32_t pin = 0; pin < PINS; pin++) {
            bool high = pin < ROWS ? pin == step : ((uint32_t)rows[step] >> (PINS - 1U - pin) & 1U) == 0U;
            sequences[pin / CHANNELS][step][pin % CHANNELS] = high ? PWM_ALWAYS_HIGH : PWM_ALWAYS_LOW;
        }
    }
}

static void start(void) {
    for (uint32_t pin = 0; pin < PINS; pin++) {
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
    started = true;
}

void tl_display_show(char letter) {
    if (started || letter != ' ') {
        draw(picture(letter));
    }
    if (!started && letter != ' ') {
        start();
    }
}
