// Counts the CPU cycles of every block the emulator runs; called by Unicorn, a million times a second.
// Costs by the Cortex-M4 Technical Reference Manual (ARM DDI 0439), tables 3-1 and 7-1, with memory that never waits
// (the nRF52833 runs from its instruction cache) and these simplifications: of neighbouring loads and stores the
// first costs 2 cycles and each further one 1; a jump refills the pipeline in 2 more; a division takes 7.
#include <stdint.h>

struct tl_counter {
    uint64_t cycles;
    uint64_t limit;        // stop the emulator when `cycles` reaches it
    void (*stop)(void *);  // uc_emu_stop
    const uint8_t *flash;
    uint16_t *costs;  // per halfword of flash: cost of the block that begins there; 0 = not known yet
    uint32_t flash_bytes;
    uint32_t next;     // where the last block ended
    uint32_t stopped;  // set when the limit was the reason
};

enum { REFILL = 2, DIVIDE = 7, FLOAT_DIVIDE = 14, FLOAT_MULTIPLY_ADD = 3 };
enum kind { PLAIN, MEMORY };

struct cost {
    enum kind kind;
    uint32_t cycles;
};

static uint32_t ones(uint32_t bits) {
    uint32_t count = 0;
    for (; bits != 0U; bits &= bits - 1U) {
        count++;
    }
    return count;
}

static struct cost plain(uint32_t cycles) {
    return (struct cost){PLAIN, cycles};
}

static struct cost of_halfword(uint32_t h) {
    if ((h & 0xF800U) == 0x4800U || (h >= 0x5000U && h < 0xA000U)) {  // single loads and stores
        return (struct cost){MEMORY, 2};
    }
    if ((h & 0xF600U) == 0xB400U) {  // PUSH, POP
        return plain(1U + ones(h & 0x1FFU));
    }
    if ((h & 0xF000U) == 0xC000U) {  // LDM, STM
        return plain(1U + ones(h & 0xFFU));
    }
    return plain(1);
}

static struct cost of_float(uint32_t h, uint32_t low) {
    if ((h & 0xFF20U) == 0xED00U) {  // VLDR, VSTR
        return (struct cost){MEMORY, 2};
    }
    if ((h & 0xFE00U) == 0xEC00U) {  // VLDM, VSTM, VPUSH, VPOP
        return plain(1U + (low & 0xFFU));
    }
    if ((low & 0x10U) != 0U) {  // transfers
        return plain(1);
    }
    if ((h & 0xFFB0U) == 0xEE80U || ((h & 0xFFBFU) == 0xEEB1U && (low & 0xC0U) == 0xC0U)) {  // VDIV, VSQRT
        return plain(FLOAT_DIVIDE);
    }
    uint32_t operation = h & 0xFFB0U;
    if (operation == 0xEE00U || operation == 0xEE10U || operation == 0xEE90U || operation == 0xEEA0U) {
        return plain(FLOAT_MULTIPLY_ADD);
    }
    return plain(1);
}

static struct cost of_word(uint32_t h, uint32_t low) {
    if ((h & 0xEC00U) == 0xEC00U && h < 0xF000U) {
        return of_float(h, low);
    }
    if ((h & 0xFE40U) == 0xE800U) {  // LDM, STM
        return plain(1U + ones(low));
    }
    if ((h & 0xFE40U) == 0xE840U) {  // LDRD, STRD
        return plain(3);
    }
    if ((h & 0xFE00U) == 0xF800U) {  // single loads and stores
        return (struct cost){MEMORY, 2};
    }
    if ((h & 0xFFD0U) == 0xFB90U) {  // SDIV, UDIV
        return plain(DIVIDE);
    }
    return plain(1);
}

static uint32_t of_block(const uint8_t *code, uint32_t size) {
    uint32_t total = 0;
    enum kind before = PLAIN;
    for (uint32_t at = 0; at + 1U < size;) {
        uint32_t h = (uint32_t)code[at] | (uint32_t)code[at + 1U] << 8U;
        int wide = h >= 0xE800U && at + 3U < size;
        uint32_t low = wide ? (uint32_t)code[at + 2U] | (uint32_t)code[at + 3U] << 8U : 0U;
        struct cost cost = wide ? of_word(h, low) : of_halfword(h);
        total += cost.kind == MEMORY && before == MEMORY ? 1U : cost.cycles;
        before = cost.kind;
        at += wide ? 4U : 2U;
    }
    return total > 0xFFFFU ? 0xFFFFU : total;
}

#ifdef _WIN32
__declspec(dllexport)
#endif
void tl_count_block(void *uc, uint64_t address, uint32_t size, struct tl_counter *counter);

void tl_count_block(void *uc, uint64_t address, uint32_t size, struct tl_counter *counter) {
    uint32_t at = (uint32_t)address;
    counter->cycles += at != counter->next ? REFILL : 0U;
    counter->next = at + size;
    if (at < counter->flash_bytes && size <= counter->flash_bytes - at) {
        uint16_t *cost = &counter->costs[at / 2U];
        if (*cost == 0U) {
            *cost = (uint16_t)of_block(counter->flash + at, size);
        }
        counter->cycles += *cost;
    } else {
        counter->cycles += size / 2U;
    }
    if (counter->cycles >= counter->limit) {
        counter->stopped = 1;
        counter->stop(uc);
    }
}
