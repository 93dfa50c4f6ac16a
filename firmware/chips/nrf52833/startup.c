// Start-up: the vector table, memory as C expects it, the floating-point unit, then the main loop for ever.
// There are no interrupt handlers: interrupts stay masked (PRIMASK) and only wake the CPU from WFI.
#include "nrf52833.h"
#include "tl_run.h"

extern uint32_t tl_stack_top;
extern uint32_t tl_data_start;
extern uint32_t tl_data_end;
extern const uint32_t tl_data_load;
extern uint32_t tl_bss_start;
extern uint32_t tl_bss_end;

enum {
    FPU_FULL_ACCESS = 0xF << 20,  // CP10 and CP11 (ARM DDI 0403, B3.2.20)
};

_Noreturn void tl_reset(void);

// A fault can only mean broken flash or a bug; starting again is the best that can be done.
static _Noreturn void fault(void) {
    tl_chip_reset();
}

static void __attribute__((noinline)) prepare_memory(void) {
    const uint32_t *from = &tl_data_load;
    for (uint32_t *to = &tl_data_start; to < &tl_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = &tl_bss_start; to < &tl_bss_end; to++) {
        *to = 0;
    }
}

_Noreturn void tl_reset(void) {
    __asm volatile("cpsid i" ::: "memory");
    SCB_CPACR |= FPU_FULL_ACCESS;
    __asm volatile("dsb\n\tisb" ::: "memory");
    prepare_memory();
    tl_init();
    for (;;) {
        tl_run();
    }
}

typedef void (*vector)(void);

// ARM DDI 0403, B1.5.3: initial stack pointer, reset, then the fifteen system exceptions.
static const struct {
    uint32_t *stack_top;
    vector entries[15];
} vectors __attribute__((section(".vectors"), used)) = {
    &tl_stack_top,
    {tl_reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault},
};
