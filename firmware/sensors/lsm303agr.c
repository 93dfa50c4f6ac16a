// The accelerometer of an LSM303AGR, by its datasheet (DocID027765); its FIFO clocks all data.
#include "i2c_bus.h"
#include "tl_port.h"
#include "tl_sensor.h"

enum {
    SENSOR_LSM303AGR = 1,
    ADDRESS = 0x19,         // datasheet, "I2C operation"
    AUTO_INCREMENT = 0x80,  // of the register number; inside the FIFO it rolls from 2Dh back to 28h
    WHO_AM_I_A = 0x0F,
    WHO_AM_I_VALUE = 0x33,
    CTRL_REG1_A = 0x20,  // ODR[7:4], LPen, Zen, Yen, Xen
    CTRL_REG4_A = 0x23,  // BDU, BLE, FS[5:4], HR
    CTRL_REG5_A = 0x24,  // BOOT, FIFO_EN
    OUT_X_L_A = 0x28,
    FIFO_CTRL_REG_A = 0x2E,  // FM[7:6]
    FIFO_SRC_REG_A = 0x2F,   // WTM, OVRN, EMPTY, FSS[4:0]
    ALL_AXES = 0x07,
    BLOCK_UPDATE = 0x80,
    HIGH_RESOLUTION = 0x08,
    FIFO_ENABLE = 0x40,
    MODE_BYPASS = 0x00,  // empties the FIFO
    MODE_STREAM = 0x80,
    SOURCE_OVERRUN = 0x40,  // the FIFO holds 32 samples, and the next one overwrites the oldest
    SOURCE_SAMPLES = 0x1F,
    BYTES_PER_SAMPLE = 6,
    UNUSED_BITS = 4,  // 12 bits, left-justified in 16
};

// CTRL_REG1_A, ODR: 10 Hz has code 2, the next rate 3, and so on.
enum { FIRST_RATE_CODE = 2 };
static const uint16_t rates_hz[] = {10, 25, 50, 100, 200, 400};

// CTRL_REG4_A, FS: a range's place is its code. Sensitivity in high-resolution mode: "Sensor characteristics".
static const uint8_t ranges_g[] = {2, 4, 8, 16};
static const float g_per_count[] = {0.00098F, 0.00195F, 0.0039F, 0.01172F};

enum { RATES = sizeof rates_hz / sizeof rates_hz[0], RANGES = sizeof ranges_g / sizeof ranges_g[0] };

uint8_t tl_sensor_id(void) {
    return SENSOR_LSM303AGR;
}

// 0 where the sensor has no such rate.
static uint32_t rate_code(uint16_t rate_hz) {
    for (uint32_t i = 0; i < RATES; i++) {
        if (rates_hz[i] == rate_hz) {
            return i + FIRST_RATE_CODE;
        }
    }
    return 0;
}

// RANGES where the sensor has no such range.
static uint32_t range_code(uint8_t range_g) {
    uint32_t code = 0;
    while (code < RANGES && ranges_g[code] != range_g) {
        code++;
    }
    return code;
}

bool tl_sensor_has_rate(uint16_t rate_hz) {
    return rate_code(rate_hz) != 0U;
}

float tl_sensor_g_per_count(uint8_t range_g) {
    uint32_t code = range_code(range_g);
    return code < RANGES ? g_per_count[code] : 0.0F;
}

static bool write(uint8_t reg, uint32_t value) {
    return tl_i2c_write(ADDRESS, reg, (uint8_t)value);
}

bool tl_sensor_start(uint16_t rate_hz, uint8_t range_g) {
    uint8_t identity = 0;
    return tl_i2c_read(ADDRESS, WHO_AM_I_A, &identity, 1)                                       //
           && identity == WHO_AM_I_VALUE                                                        //
           && write(CTRL_REG1_A, 0)                                                             //
           && write(FIFO_CTRL_REG_A, MODE_BYPASS)                                               //
           && write(CTRL_REG4_A, BLOCK_UPDATE | HIGH_RESOLUTION | (range_code(range_g) << 4U))  //
           && write(CTRL_REG5_A, FIFO_ENABLE)                                                   //
           && write(FIFO_CTRL_REG_A, MODE_STREAM)                                               //
           && write(CTRL_REG1_A, (rate_code(rate_hz) << 4U) | ALL_AXES);
}

void tl_sensor_stop(void) {
    (void)write(CTRL_REG1_A, 0);
}

bool tl_sensor_drain(struct tl_drain *drain) {
    uint8_t source = 0;
    drain->samples = 0;
    drain->full = false;
    if (!tl_i2c_read(ADDRESS, FIFO_SRC_REG_A, &source, 1)) {
        return false;
    }
    drain->time_us = tl_port_time_us();
    drain->full = (source & SOURCE_OVERRUN) != 0U;
    uint8_t samples = drain->full ? (uint8_t)TL_FIFO_SAMPLES : (uint8_t)(source & SOURCE_SAMPLES);
    if (samples == 0U) {
        return true;
    }
    uint8_t *raw = (uint8_t *)drain->xyz;  // two bytes for each number, made numbers in place
    if (!tl_i2c_read(ADDRESS, OUT_X_L_A | AUTO_INCREMENT, raw, (uint16_t)(samples * BYTES_PER_SAMPLE))) {
        return false;
    }
    for (uint32_t i = 0; i < samples * 3U; i++) {
        int16_t justified = (int16_t)(uint16_t)(raw[2U * i] | (uint32_t)raw[2U * i + 1U] << 8U);
        drain->xyz[i] = (int16_t)(justified >> UNUSED_BITS);
    }
    drain->samples = samples;
    return true;
}
