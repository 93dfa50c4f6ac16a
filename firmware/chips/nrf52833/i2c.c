#include "i2c.h"

#include "clock.h"
#include "i2c_bus.h"
#include "nrf52833.h"

enum {
    // PS GPIO PIN_CNF: input connected, pull-up, drive S0D1 (open drain), as PS TWIM "Pin configuration" asks.
    OPEN_DRAIN = (3 << 2) | (6 << 8),
    SLOWEST_BYTE_US = 100,  // four times a byte's time
    PATIENCE_US = 1000,
};

static uint8_t sent[2];  // EasyDMA reads RAM only

void tl_i2c_init(uint32_t scl, uint32_t sda) {
    GPIO_PIN_CNF(scl / 32U, scl % 32U) = OPEN_DRAIN;
    GPIO_PIN_CNF(sda / 32U, sda % 32U) = OPEN_DRAIN;
    TWIM_PSEL_SCL = scl;
    TWIM_PSEL_SDA = sda;
    TWIM_FREQUENCY = TWIM_FREQUENCY_390K;
    TWIM_TXD_PTR = (uint32_t)(uintptr_t)sent;
    TWIM_INTENSET = TWIM_INT_STOPPED | TWIM_INT_ERROR;
    TWIM_ENABLE = TWIM_ENABLED;
    NVIC_ISER0 = 1U << TWIM_IRQ;
}

static bool stopped_before(uint64_t deadline_us) {
    for (;;) {
        NVIC_ICPR0 = 1U << TWIM_IRQ;  // before looking: what happens from here on is pending, and WFI falls through
        if (TWIM_EVENT_STOPPED != 0U || TWIM_EVENT_ERROR != 0U) {
            return true;
        }
        if (tl_clock_us() >= deadline_us) {
            return false;
        }
        tl_clock_sleep_until(deadline_us);
    }
}

// After a missing acknowledge, or a bus that hangs: stop, and start afresh (PS TWIM, "Error handling").
static void recover(void) {
    TWIM_EVENT_ERROR = 0;
    TWIM_STOP = 1;
    (void)stopped_before(tl_clock_us() + PATIENCE_US);
    TWIM_ERRORSRC = TWIM_ERRORSRC;
    TWIM_ENABLE = 0;
    TWIM_ENABLE = TWIM_ENABLED;
}

static bool transfer(uint8_t address, uint16_t sent_bytes, uint32_t shorts, uint16_t bytes) {
    TWIM_ADDRESS = address;
    TWIM_TXD_MAXCNT = sent_bytes;
    TWIM_SHORTS = shorts;
    TWIM_EVENT_STOPPED = 0;
    TWIM_STARTTX = 1;
    bool good = stopped_before(tl_clock_us() + PATIENCE_US + (uint32_t)bytes * SLOWEST_BYTE_US);
    good = good && TWIM_EVENT_ERROR == 0U;
    if (!good) {
        recover();
    }
    TWIM_EVENT_STOPPED = 0;
    TWIM_EVENT_ERROR = 0;
    NVIC_ICPR0 = 1U << TWIM_IRQ;
    return good;
}

bool tl_i2c_write(uint8_t address, uint8_t reg, uint8_t value) {
    sent[0] = reg;
    sent[1] = value;
    return transfer(address, 2, TWIM_SHORT_LASTTX_STOP, 2);
}

bool tl_i2c_read(uint8_t address, uint8_t reg, uint8_t *to, uint16_t length) {
    sent[0] = reg;
    TWIM_RXD_PTR = (uint32_t)(uintptr_t)to;
    TWIM_RXD_MAXCNT = length;
    return transfer(address, 1, TWIM_SHORT_LASTTX_STARTRX | TWIM_SHORT_LASTRX_STOP, length);
}
