#include "clock.h"

#include "nrf52833.h"

enum {
    CAPTURE = 0,  // TIMER0's compare channels
    WAKE = 1,
    LONGEST_SLEEP_US = 1000000000,  // far below 2^32, so that no wrap is missed
    DEMCR_TRCENA = 1 << 24,         // ARM DDI 0403, C1.6.5
};

void tl_clock_init(void) {
    CLOCK_INTENSET = CLOCK_INT_HFCLKSTARTED;
    NVIC_ISER0 = 1U << CLOCK_IRQ;
    CLOCK_HFCLKSTART = 1;
    while (CLOCK_HFCLKSTARTED == 0U) {
        tl_wait_for_interrupt();
    }
    CLOCK_INTENCLR = CLOCK_INT_HFCLKSTARTED;
    NVIC_ICPR0 = 1U << CLOCK_IRQ;
    TIMER_BITMODE(0U) = TIMER_32_BIT;
    TIMER_PRESCALER(0U) = TIMER_1_MHZ;
    TIMER_INTENSET(0U) = TIMER_INT_COMPARE(WAKE);
    TIMER_START(0U) = 1;
    NVIC_ISER0 = 1U << TIMER0_IRQ;
    SCB_DEMCR |= DEMCR_TRCENA;
    DWT_CYCCNT = 0;
    DWT_CTRL |= 1U;
}

uint64_t tl_clock_us(void) {
    static uint32_t high;
    static uint32_t last;
    TIMER_CAPTURE(0U, CAPTURE) = 1;
    uint32_t low = TIMER_CC(0U, CAPTURE);
    high += low < last ? 1U : 0U;
    last = low;
    return ((uint64_t)high << 32U) | low;
}

void tl_clock_sleep_until(uint64_t time_us) {
    uint64_t now = tl_clock_us();
    if (time_us <= now) {
        return;
    }
    uint64_t wait = time_us - now;
    uint64_t wake = now + (wait < LONGEST_SLEEP_US ? wait : LONGEST_SLEEP_US);
    TIMER_EVENT_COMPARE(0U, WAKE) = 0;
    NVIC_ICPR0 = 1U << TIMER0_IRQ;
    TIMER_CC(0U, WAKE) = (uint32_t)wake;
    // A compare value that the counter has reached meanwhile would never match: look again before sleeping.
    if (tl_clock_us() < wake) {
        tl_wait_for_interrupt();
    }
}
