// i2c: implements sensors/i2c_bus.h with TWIM0 at 390 kHz. Pins are given as PSEL(port, pin).
#ifndef TL_I2C_H
#define TL_I2C_H

#include <stdint.h>

void tl_i2c_init(uint32_t scl, uint32_t sda);

#endif
