// tl_nn.h: what all kernels share: inlining, requantization, and the Cortex-M DSP unit's instructions.
//
// No heap, no floats, no board, no library: only <stdint.h>. Right shifts of negative numbers are arithmetic, as on
// every compiler that these files meet. Sizes are compile-time constants: each kernel is inlined into the layer that
// calls it. The portable path and the DSP path give the same bits. Define TL_NO_DSP to force the portable one.
#ifndef TL_NN_H
#define TL_NN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TL_INLINE static inline __attribute__((always_inline))
#define TL_NOINLINE static __attribute__((noinline, unused))
#else
#define TL_INLINE static inline
#define TL_NOINLINE static
#endif

// Only clang takes annotations without complaining where a loop has vanished already.
#if defined(__clang__)
// Where optimization is off, loops stay loops; that is no reason for a warning.
#pragma clang diagnostic ignored "-Wpass-failed"
#define TL_UNROLL _Pragma("clang loop unroll(full)")
#define TL_KEEP_LOOP _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define TL_UNROLL
#define TL_KEEP_LOOP
#endif

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__) && !defined(TL_NO_DSP) && !defined(__ARM_BIG_ENDIAN)
#define TL_DSP 1
#else
#define TL_DSP 0
#endif

// Keeps a pointer in a register where the compiler would rather build the address anew each time.
#if TL_DSP
#define TL_HIDE(pointer) __asm__("" : "+r"(pointer))
#else
#define TL_HIDE(pointer) (void)(pointer)
#endif

// The largest block of accumulators that a kernel keeps in registers: positions times channels.
#define TL_BLOCK_MAX 16

// How accumulators become int8 again, channel by channel:
//   output = clamp(round(accumulator * multiplier / 2^total) + zero), rounded once, half up.
// Common case (wide = 0): total = 33 + shift, so that the upper half of the product carries all that matters.
// Otherwise (wide = 1): total = shift, any from 1 to 62, in 64 bits.
struct tl_requant {
    const int32_t *multipliers;  // per channel, 0 to 2^31 - 1
    const uint8_t *shifts;       // per channel; see above
    int32_t wide;                // 0 or 1
    int32_t zero;                // int8 value that stands for 0.0
    int32_t low;                 // clamp, both ends included
    int32_t high;
};

TL_INLINE int32_t tl_clamp(int32_t value, int32_t low, int32_t high) {
    value = value < low ? low : value;
    return value > high ? high : value;
}

// The upper 32 bits of a product.
TL_INLINE int32_t tl_high(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b) >> 32);
}

// Half of `doubled`, rounded down, clamped to int8 and to [low, high].
TL_INLINE int8_t tl_halve_and_clamp(int32_t doubled, int32_t low, int32_t high) {
#if TL_DSP
    if (low == -128 && high == 127) {
        int32_t result;
        __asm__("ssat %0, #8, %1, asr #1" : "=r"(result) : "r"(doubled));
        return (int8_t)result;
    }
#endif
    return (int8_t)tl_clamp(doubled >> 1, low, high);
}

// One accumulator of channel `channel` as int8.
TL_INLINE int8_t tl_requantize(const struct tl_requant *q, int32_t channel, int32_t accumulator) {
    const int32_t multiplier = q->multipliers[channel];
    const int32_t shift = q->shifts[channel];
    if (q->wide != 0) {
        const int64_t half = (int64_t)1 << (shift - 1);
        const int64_t scaled = (((int64_t)accumulator * multiplier + half) >> shift) + q->zero;
        return (int8_t)(scaled < q->low ? q->low : scaled > q->high ? q->high : scaled);
    }
    // (high + (2 zero + 1) 2^shift) >> shift is twice the result and a bit: rounding and zero point in one addition.
    const int32_t offset = (2 * q->zero + 1) * ((int32_t)1 << shift);
    return tl_halve_and_clamp((tl_high(accumulator, multiplier) + offset) >> shift, q->low, q->high);
}

#if TL_DSP
// Four bytes from any address, as one load.
struct __attribute__((packed, may_alias)) tl_unaligned {
    uint32_t word;
};
typedef uint32_t __attribute__((may_alias)) tl_word;

// Bytes 0 and 2 of a word, sign-extended to two halves.
TL_INLINE uint32_t tl_even(uint32_t word) {
    uint32_t pair;
    __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(word));
    return pair;
}

// Bytes 1 and 3 of a word, sign-extended to two halves.
TL_INLINE uint32_t tl_odd(uint32_t word) {
    uint32_t pair;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
    return pair;
}

// sum + a.low * b.low + a.high * b.high
TL_INLINE int32_t tl_smlad(uint32_t a, uint32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
