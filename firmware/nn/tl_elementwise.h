// tl_elementwise.h: what touches each value for itself, in 8-bit integers; the output may stand where an input
// stands.
#ifndef TL_ELEMENTWISE_H
#define TL_ELEMENTWISE_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

// A function of one int8 value, as a table (QUANTIZE, RELU, RELU6).
struct tl_lookup {
    int32_t length;
    const int8_t *table;  // what -128 to 127 become
};

TL_INLINE void tl_lookup(const struct tl_lookup *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        output[i] = c->table[input[i] + 128];
    }
}

// output = clamp(((first · a + second · b + offset) >> shift) + zero); `offset` holds the rounding and both zero
// points.
struct tl_add {
    int32_t length;
    int32_t first;
    int32_t second;
    int32_t offset;
    int32_t shift;
    int32_t zero;
    int32_t low;
    int32_t high;
};

TL_INLINE void tl_add(const struct tl_add *c, const int8_t *a, const int8_t *b, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        const int32_t sum = a[i] * c->first + b[i] * c->second + c->offset;
        output[i] = (int8_t)tl_clamp((sum >> c->shift) + c->zero, c->low, c->high);
    }
}

// The same bytes in another place.
struct tl_copy {
    int32_t length;
};

TL_INLINE void tl_copy(const struct tl_copy *c, const int8_t *input, int8_t *output) {
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->length; i++) {
        output[i] = input[i];
    }
}

// Moves the last `kept` of `kept + by` bytes to the front.
struct tl_slide {
    int32_t kept;
    int32_t by;
};

TL_INLINE void tl_slide(const struct tl_slide *c, int8_t *bytes) {
    int32_t i = 0;
#if TL_DSP
    TL_KEEP_LOOP
    for (; i + 4 <= c->kept; i += 4) {
        const uint32_t word = ((const struct tl_unaligned *)(const void *)(bytes + c->by + i))->word;
        ((struct tl_unaligned *)(void *)(bytes + i))->word = word;
    }
#endif
    TL_KEEP_LOOP
    for (; i < c->kept; i++) {
        bytes[i] = bytes[c->by + i];
    }
}

#ifdef __cplusplus
}
#endif

#endif
