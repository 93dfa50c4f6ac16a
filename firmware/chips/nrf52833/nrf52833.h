// nrf52833: the registers this port uses, by the nRF52833 Product Specification (PS), version 1.x.
// Base addresses: PS "Memory map", instance table. Interrupt number = bits 12…19 of the base address.
#ifndef NRF52833_H
#define NRF52833_H

#include <stdint.h>

#define TL_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

// PS CLOCK: high-frequency crystal. APPROTECT shares the page (PS "Access port protection").
#define CLOCK_BASE (0x40000000U)
#define CLOCK_HFCLKSTART TL_REGISTER(CLOCK_BASE + 0x000U)
#define CLOCK_HFCLKSTARTED TL_REGISTER(CLOCK_BASE + 0x100U)
#define CLOCK_INTENSET TL_REGISTER(CLOCK_BASE + 0x304U)
#define CLOCK_INTENCLR TL_REGISTER(CLOCK_BASE + 0x308U)
#define APPROTECT_DISABLE TL_REGISTER(CLOCK_BASE + 0x558U)
#define UICR_APPROTECT TL_REGISTER(0x10001208U)
enum { CLOCK_IRQ = 0, CLOCK_INT_HFCLKSTARTED = 1U << 0U };

// PS FICR: factory information.
#define FICR_DEVICEID_LOW TL_REGISTER(0x10000060U)
#define FICR_DEVICEID_HIGH TL_REGISTER(0x10000064U)

// PS NVMC: flash controller; only the instruction cache is used.
#define NVMC_ICACHECNF TL_REGISTER(0x4001E540U)

// PS UARTE: UART with EasyDMA.
#define UARTE_BASE (0x40002000U)
#define UARTE_STARTRX TL_REGISTER(UARTE_BASE + 0x000U)
#define UARTE_STARTTX TL_REGISTER(UARTE_BASE + 0x008U)
#define UARTE_EVENT_RXDRDY TL_REGISTER(UARTE_BASE + 0x108U)
#define UARTE_EVENT_ENDTX TL_REGISTER(UARTE_BASE + 0x120U)
#define UARTE_SHORTS TL_REGISTER(UARTE_BASE + 0x200U)
#define UARTE_INTENSET TL_REGISTER(UARTE_BASE + 0x304U)
#define UARTE_INTENCLR TL_REGISTER(UARTE_BASE + 0x308U)
#define UARTE_ENABLE TL_REGISTER(UARTE_BASE + 0x500U)
#define UARTE_PSEL_TXD TL_REGISTER(UARTE_BASE + 0x50CU)
#define UARTE_PSEL_RXD TL_REGISTER(UARTE_BASE + 0x514U)
#define UARTE_BAUDRATE TL_REGISTER(UARTE_BASE + 0x524U)
#define UARTE_RXD_PTR TL_REGISTER(UARTE_BASE + 0x534U)
#define UARTE_RXD_MAXCNT TL_REGISTER(UARTE_BASE + 0x538U)
#define UARTE_TXD_PTR TL_REGISTER(UARTE_BASE + 0x544U)
#define UARTE_TXD_MAXCNT TL_REGISTER(UARTE_BASE + 0x548U)
#define UARTE_CONFIG TL_REGISTER(UARTE_BASE + 0x56CU)
enum {
    UARTE_IRQ = 2,
    UARTE_INT_RXDRDY = 1U << 2U,
    UARTE_INT_ENDTX = 1U << 8U,
    UARTE_SHORT_ENDRX_STARTRX = 1U << 5U,
    UARTE_ENABLED = 8,
    UARTE_BAUD_115200 = 0x01D60000,
};

// PS TWIM: I2C master with EasyDMA; instance 0.
#define TWIM_BASE (0x40003000U)
#define TWIM_STARTRX TL_REGISTER(TWIM_BASE + 0x000U)
#define TWIM_STARTTX TL_REGISTER(TWIM_BASE + 0x008U)
#define TWIM_STOP TL_REGISTER(TWIM_BASE + 0x014U)
#define TWIM_EVENT_STOPPED TL_REGISTER(TWIM_BASE + 0x104U)
#define TWIM_EVENT_ERROR TL_REGISTER(TWIM_BASE + 0x124U)
#define TWIM_SHORTS TL_REGISTER(TWIM_BASE + 0x200U)
#define TWIM_INTENSET TL_REGISTER(TWIM_BASE + 0x304U)
#define TWIM_ERRORSRC TL_REGISTER(TWIM_BASE + 0x4C4U)
#define TWIM_ENABLE TL_REGISTER(TWIM_BASE + 0x500U)
#define TWIM_PSEL_SCL TL_REGISTER(TWIM_BASE + 0x508U)
#define TWIM_PSEL_SDA TL_REGISTER(TWIM_BASE + 0x50CU)
#define TWIM_FREQUENCY TL_REGISTER(TWIM_BASE + 0x524U)
#define TWIM_RXD_PTR TL_REGISTER(TWIM_BASE + 0x534U)
#define TWIM_RXD_MAXCNT TL_REGISTER(TWIM_BASE + 0x538U)
#define TWIM_TXD_PTR TL_REGISTER(TWIM_BASE + 0x544U)
#define TWIM_TXD_MAXCNT TL_REGISTER(TWIM_BASE + 0x548U)
#define TWIM_ADDRESS TL_REGISTER(TWIM_BASE + 0x588U)
enum {
    TWIM_IRQ = 3,
    TWIM_INT_STOPPED = 1U << 1U,
    TWIM_INT_ERROR = 1U << 9U,
    TWIM_SHORT_LASTTX_STARTRX = 1U << 7U,
    TWIM_SHORT_LASTTX_STOP = 1U << 9U,
    TWIM_SHORT_LASTRX_STOP = 1U << 12U,
    TWIM_ENABLED = 6,
    TWIM_FREQUENCY_390K = 0x06200000,  // 400 kHz leaves SCL low too briefly: PS errata 219, which names this value
};

// PS TIMER: instance 0 is the clock, instance 1 counts received bytes.
#define TIMER_BASE(n) (0x40008000U + 0x1000U * (n))
#define TIMER_START(n) TL_REGISTER(TIMER_BASE(n) + 0x000U)
#define TIMER_COUNT_TASK(n) (TIMER_BASE(n) + 0x008U)
#define TIMER_CLEAR(n) TL_REGISTER(TIMER_BASE(n) + 0x00CU)
#define TIMER_CAPTURE(n, channel) TL_REGISTER(TIMER_BASE(n) + 0x040U + 4U * (channel))
#define TIMER_EVENT_COMPARE(n, channel) TL_REGISTER(TIMER_BASE(n) + 0x140U + 4U * (channel))
#define TIMER_INTENSET(n) TL_REGISTER(TIMER_BASE(n) + 0x304U)
#define TIMER_MODE(n) TL_REGISTER(TIMER_BASE(n) + 0x504U)
#define TIMER_BITMODE(n) TL_REGISTER(TIMER_BASE(n) + 0x508U)
#define TIMER_PRESCALER(n) TL_REGISTER(TIMER_BASE(n) + 0x510U)
#define TIMER_CC(n, channel) TL_REGISTER(TIMER_BASE(n) + 0x540U + 4U * (channel))
enum { TIMER0_IRQ = 8, TIMER_MODE_COUNTER = 1, TIMER_32_BIT = 3, TIMER_1_MHZ = 4 };
#define TIMER_INT_COMPARE(channel) (1U << (16U + (channel)))

// PS PPI: an event of one peripheral starts a task of another.
#define PPI_CHENSET TL_REGISTER(0x4001F504U)
#define PPI_EVENT(channel) TL_REGISTER(0x4001F510U + 8U * (channel))
#define PPI_TASK(channel) TL_REGISTER(0x4001F514U + 8U * (channel))

// PS GPIO.
#define GPIO_OUTSET(port) TL_REGISTER(0x50000508U + 0x300U * (port))
#define GPIO_IN(port) TL_REGISTER(0x50000510U + 0x300U * (port))
#define GPIO_DIRSET(port) TL_REGISTER(0x50000518U + 0x300U * (port))
#define GPIO_PIN_CNF(port, pin) TL_REGISTER(0x50000700U + 0x300U * (port) + 4U * (pin))
#define PSEL(port, pin) (32 * (port) + (pin))

// PS PWM: instances 0 to 2.
#define PWM0_BASE (0x4001C000U)
#define PWM1_BASE (0x40021000U)
#define PWM2_BASE (0x40022000U)
#define PWM_SEQSTART0(base) TL_REGISTER((base) + 0x008U)
#define PWM_SHORTS(base) TL_REGISTER((base) + 0x200U)
#define PWM_ENABLE(base) TL_REGISTER((base) + 0x500U)
#define PWM_COUNTERTOP(base) TL_REGISTER((base) + 0x508U)
#define PWM_PRESCALER(base) TL_REGISTER((base) + 0x50CU)
#define PWM_DECODER(base) TL_REGISTER((base) + 0x510U)
#define PWM_LOOP(base) TL_REGISTER((base) + 0x514U)
#define PWM_SEQUENCE_PTR(base, n) TL_REGISTER((base) + 0x520U + 0x20U * (n))
#define PWM_SEQUENCE_CNT(base, n) TL_REGISTER((base) + 0x524U + 0x20U * (n))
#define PWM_PSEL_OUT(base, channel) TL_REGISTER((base) + 0x560U + 4U * (channel))
enum {
    PWM_SHORT_LOOPSDONE_SEQSTART0 = 1U << 2U,
    PWM_125_KHZ = 7,
    PWM_TOP = 250,
    PWM_LOAD_INDIVIDUAL = 2,
    PWM_ALWAYS_HIGH = 0x8000 | PWM_TOP,  // bit 15: begin high, fall at the compare value
    PWM_ALWAYS_LOW = 0x8000,
};

// ARMv7-M: system control, interrupt controller, cycle counter (ARM DDI 0403, B3 and C1).
#define SCB_AIRCR TL_REGISTER(0xE000ED0CU)
#define SCB_AIRCR_SYSTEM_RESET (0x05FA0004U)  // the key and SYSRESETREQ
#define SCB_CPACR TL_REGISTER(0xE000ED88U)
#define SCB_DEMCR TL_REGISTER(0xE000EDFCU)
#define NVIC_ISER0 TL_REGISTER(0xE000E100U)
#define NVIC_ICPR0 TL_REGISTER(0xE000E280U)
#define DWT_CTRL TL_REGISTER(0xE0001000U)
#define DWT_CYCCNT TL_REGISTER(0xE0001004U)

static inline void tl_wait_for_interrupt(void) {
    __asm volatile("dsb\n\twfi" ::: "memory");
}

// What every program on this chip does first. Newer chips lock the debug port at reset unless firmware repeats the
// user's choice (PS "Access port protection").
static inline void tl_chip_init(void) {
    APPROTECT_DISABLE = UICR_APPROTECT;
    NVMC_ICACHECNF = 1;
}

_Noreturn static inline void tl_chip_reset(void) {
    SCB_AIRCR = SCB_AIRCR_SYSTEM_RESET;
    for (;;) {
    }
}

#endif
