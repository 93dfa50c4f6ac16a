#include "serial.h"

#include <stdbool.h>

#include "clock.h"
#include "nrf52833.h"

enum {
    RX_BYTES = 512,       // 44 ms at full speed; a power of two
    TX_BYTES = 1024,      // a power of two
    COUNTER = 1,          // TIMER1 counts received bytes
    INPUT = 0,            // PIN_CNF: input connected
    BUSY_LINE_US = 1000,  // how often to look while bytes are coming in
};

static uint8_t rx[RX_BYTES];
static uint32_t rx_read;  // bytes taken out since reset
static bool rx_busy;      // bytes came in since the last sleep
static uint8_t tx[TX_BYTES];
static uint32_t tx_written;  // bytes put in since reset
static uint32_t tx_started;  // bytes handed to the DMA
static uint32_t tx_sent;     // bytes the DMA is done with

// EasyDMA fills one ring for ever: at its end the ENDRX→STARTRX shortcut begins again at the same address. TIMER1
// counts RXDRDY events through PPI, so a half-filled ring can be read without an interrupt per byte.
void tl_serial_init(uint32_t tx_pin, uint32_t rx_pin) {
    GPIO_OUTSET(tx_pin / 32U) = 1U << (tx_pin % 32U);
    GPIO_DIRSET(tx_pin / 32U) = 1U << (tx_pin % 32U);
    GPIO_PIN_CNF(rx_pin / 32U, rx_pin % 32U) = INPUT;
    TIMER_MODE(COUNTER) = TIMER_MODE_COUNTER;
    TIMER_BITMODE(COUNTER) = TIMER_32_BIT;
    TIMER_CLEAR(COUNTER) = 1;
    TIMER_START(COUNTER) = 1;
    PPI_EVENT(0U) = (uint32_t)(uintptr_t)&UARTE_EVENT_RXDRDY;
    PPI_TASK(0U) = TIMER_COUNT_TASK(COUNTER);
    PPI_CHENSET = 1U << 0U;
    UARTE_PSEL_TXD = tx_pin;
    UARTE_PSEL_RXD = rx_pin;
    UARTE_BAUDRATE = UARTE_BAUD_115200;
    UARTE_CONFIG = 0;  // 8 bits, no parity, one stop bit, no flow control
    UARTE_SHORTS = UARTE_SHORT_ENDRX_STARTRX;
    UARTE_RXD_PTR = (uint32_t)(uintptr_t)rx;
    UARTE_RXD_MAXCNT = RX_BYTES;
    UARTE_ENABLE = UARTE_ENABLED;
    NVIC_ISER0 = 1U << UARTE_IRQ;
    UARTE_STARTRX = 1;
}

uint16_t tl_serial_read(uint8_t *to, uint16_t space) {
    TIMER_CAPTURE(COUNTER, 0U) = 1;
    uint32_t arrived = TIMER_CC(COUNTER, 0U);
    uint32_t waiting = arrived - rx_read;
    if (waiting > RX_BYTES) {  // overwritten while the network was computing: the frames' checksums show it
        rx_read = arrived;
        return 0;
    }
    uint16_t count = waiting < space ? (uint16_t)waiting : space;
    for (uint16_t i = 0; i < count; i++) {
        to[i] = rx[(rx_read + i) % RX_BYTES];
    }
    rx_read += count;
    rx_busy = rx_busy || count > 0U;
    return count;
}

// Give the DMA the next piece that lies in one row, where it is free.
static void pump(void) {
    if (tx_started != tx_sent) {
        if (UARTE_EVENT_ENDTX == 0U) {
            return;
        }
        UARTE_EVENT_ENDTX = 0;
        tx_sent = tx_started;
    }
    uint32_t waiting = tx_written - tx_started;
    if (waiting == 0U) {
        return;
    }
    uint32_t from = tx_started % TX_BYTES;
    uint32_t row = TX_BYTES - from;
    uint32_t count = waiting < row ? waiting : row;
    UARTE_TXD_PTR = (uint32_t)(uintptr_t)(tx + from);
    UARTE_TXD_MAXCNT = count;
    UARTE_STARTTX = 1;
    tx_started += count;
}

uint16_t tl_serial_write_space(void) {
    pump();
    return (uint16_t)(TX_BYTES - (tx_written - tx_sent));
}

void tl_serial_write(const uint8_t *from, uint16_t length) {
    for (uint16_t i = 0; i < length; i++) {
        tx[(tx_written + i) % TX_BYTES] = from[i];
    }
    tx_written += length;
    pump();
}

// Wake on the first byte of a silence; while bytes keep coming, a look every millisecond costs less.
void tl_serial_sleep_until(uint64_t time_us) {
    pump();
    uint32_t wake_on = tx_written != tx_started ? (uint32_t)UARTE_INT_ENDTX : 0U;
    if (rx_busy) {
        uint64_t soon = tl_clock_us() + BUSY_LINE_US;
        time_us = soon < time_us ? soon : time_us;
        rx_busy = false;
    } else {
        UARTE_EVENT_RXDRDY = 0;
        wake_on |= UARTE_INT_RXDRDY;
        TIMER_CAPTURE(COUNTER, 0U) = 1;
        if (TIMER_CC(COUNTER, 0U) != rx_read) {  // came in just before the event was cleared
            return;
        }
    }
    UARTE_INTENSET = wake_on;
    tl_clock_sleep_until(time_us);
    UARTE_INTENCLR = wake_on;
    NVIC_ICPR0 = 1U << UARTE_IRQ;
}
