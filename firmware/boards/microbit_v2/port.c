// The micro:bit V2's port, by its schematic: pins, identity, and who does what.
#include "tl_port.h"

#include "clock.h"
#include "display.h"
#include "i2c.h"
#include "nrf52833.h"
#include "serial.h"

enum {
    BOARD_MICROBIT_V2 = 0x0002,
    TX_PIN = PSEL(0, 6),   // to the USB interface chip
    RX_PIN = PSEL(1, 8),   // from it
    SCL_PIN = PSEL(0, 8),  // the internal bus, to the motion sensor
    SDA_PIN = PSEL(0, 16),
    BUTTON_A = 14,  // of port 0; each pulls its pin to ground, and a resistor on the board pulls it up
    BUTTON_B = 23,
    BUTTON_INPUT = 0,  // PS GPIO PIN_CNF: input connected
};

void tl_port_init(void) {
    tl_chip_init();
    tl_clock_init();
    tl_serial_init(TX_PIN, RX_PIN);
    tl_i2c_init(SCL_PIN, SDA_PIN);
    GPIO_PIN_CNF(0U, (uint32_t)BUTTON_A) = BUTTON_INPUT;
    GPIO_PIN_CNF(0U, (uint32_t)BUTTON_B) = BUTTON_INPUT;
}

uint64_t tl_port_time_us(void) {
    return tl_clock_us();
}

uint32_t tl_port_cycles(void) {
    return DWT_CYCCNT;
}

void tl_port_sleep_until(uint64_t time_us) {
    tl_serial_sleep_until(time_us);
}

uint16_t tl_port_read(uint8_t *to, uint16_t space) {
    return tl_serial_read(to, space);
}

uint16_t tl_port_write_space(void) {
    return tl_serial_write_space();
}

void tl_port_write(const uint8_t *from, uint16_t length) {
    tl_serial_write(from, length);
}

uint16_t tl_port_board_id(void) {
    return BOARD_MICROBIT_V2;
}

uint64_t tl_port_unique_id(void) {
    return ((uint64_t)FICR_DEVICEID_HIGH << 32U) | FICR_DEVICEID_LOW;
}

void tl_port_show(char letter) {
    tl_display_show(letter);
}

uint8_t tl_port_buttons(void) {
    uint32_t released = GPIO_IN(0U);
    uint32_t a = ~released >> (uint32_t)BUTTON_A & 1U;
    uint32_t b = ~released >> (uint32_t)BUTTON_B & 1U;
    return (uint8_t)(a | b << 1U);
}

void tl_port_reset(void) {
    tl_chip_reset();
}
