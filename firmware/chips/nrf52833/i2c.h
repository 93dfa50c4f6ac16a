// i2c: the micro:bit's internal bus, to its motion sensor (TWIM0 at 390 kHz, SCL P0.08, SDA P0.16).
#ifndef TL_I2C_H
#define TL_I2C_H

#include <stdbool.h>
#include <stdint.h>

void tl_i2c_init(void);

// Write one register; false where nobody answers.
bool tl_i2c_write(uint8_t address, uint8_t reg, uint8_t value);

// Read `length` bytes from register `reg` on; false where nobody answers. `to` must lie in RAM.
bool tl_i2c_read(uint8_t address, uint8_t reg, uint8_t *to, uint16_t length);

#endif
