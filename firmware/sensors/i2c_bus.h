// i2c_bus: the seam between the sensors' drivers and a chip's I2C controller. Each chip implements these functions.
#ifndef TL_I2C_BUS_H
#define TL_I2C_BUS_H

#include <stdbool.h>
#include <stdint.h>

// Write one register; false where nobody answers.
bool tl_i2c_write(uint8_t address, uint8_t reg, uint8_t value);

// Read `length` bytes from register `reg` on; false where nobody answers. `to` must lie in RAM.
bool tl_i2c_read(uint8_t address, uint8_t reg, uint8_t *to, uint16_t length);

#endif
