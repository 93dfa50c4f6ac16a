#include "tl_window.h"

#if TL_HAS_MODEL
#include "tl_port.h"

// The count as the network's recipe knows it, whatever range it was measured with.
static int16_t of_recipe(int16_t count) {
#ifdef TL_COUNT_MULTIPLIER
    return tl_convert_count(count, TL_COUNT_MULTIPLIER, TL_COUNT_SHIFT);
#else
    return count;
#endif
}

void tl_window_forget(void) {
    tl_model_init();
}

#if TL_INPUT_KIND == TL_INPUT_RAW

#ifdef TL_ONE_G
#include "tl_signals.h"

// The fourth channel of a sample; the last root is the guess for the next, and changes no bit.
static int8_t scaled_length(const int16_t *counts) {
    static uint32_t root;
    root = tl_length(counts, root);
    return tl_scale_length((int32_t)root - TL_ONE_G, TL_INPUT_MULTIPLIER, TL_INPUT_SHIFT, TL_INPUT_ZERO);
}
#endif

uint32_t tl_window_keep(const int16_t *xyz, tl_kept *to) {
    uint32_t start = tl_port_cycles();
    int16_t counts[TL_AXES];
    for (uint32_t axis = 0; axis < TL_AXES; axis++) {
        counts[axis] = of_recipe(xyz[axis]);
        to[axis] = tl_scale_count(counts[axis], TL_INPUT_MULTIPLIER, TL_INPUT_SHIFT, TL_INPUT_ZERO);
    }
#ifdef TL_ONE_G
    to[TL_AXES] = scaled_length(counts);
#endif
    return tl_port_cycles() - start;
}

bool tl_window_decide(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles) {
    bool decided = true;
    uint32_t start = tl_port_cycles();
#if TL_STREAMING
    decided = tl_model_push(kept, outputs) != 0U;
#else
    tl_model_run(kept, outputs);
#endif
    cycles->network = tl_port_cycles() - start;
    return decided;
}

#else

uint32_t tl_window_keep(const int16_t *xyz, tl_kept *to) {
    for (uint32_t axis = 0; axis < TL_AXES; axis++) {
        to[axis] = of_recipe(xyz[axis]);
    }
    return 0;
}

#if TL_STREAMING

// Decide on the newest stride and on the window that ends with it; false while no whole window has passed.
static bool push(const tl_kept *newest, const tl_kept *window, int8_t *outputs, struct tl_cycles *cycles) {
    uint32_t start = tl_port_cycles();
    bool whole = tl_model_push_samples(newest) != 0U;
    uint32_t pushed = tl_port_cycles();
    if (!whole) {
        return false;
    }
    tl_model_push_features(window);
    uint32_t prepared = tl_port_cycles();
    tl_model_push_decide(outputs);
    cycles->features = prepared - pushed;
    cycles->network = tl_port_cycles() - prepared + (pushed - start);
    return true;
}

bool tl_window_decide(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles) {
    return push(kept + TL_START_SAMPLES * TL_AXES, kept, outputs, cycles);
}

#else

bool tl_window_decide(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles) {
    uint32_t start = tl_port_cycles();
    tl_model_prepare(kept);
    uint32_t prepared = tl_port_cycles();
    tl_model_decide(outputs);
    cycles->features = prepared - start;
    cycles->network = tl_port_cycles() - prepared;
    return true;
}

#endif
#endif

void tl_window_test(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles) {
    tl_window_forget();
#if TL_STREAMING && TL_INPUT_KIND == TL_INPUT_BOTH
    const tl_kept *window = kept + (TL_TESTED_SAMPLES - TL_WINDOW_SAMPLES) * TL_CHANNELS;
    for (uint32_t done = 0; done < TL_TESTED_SAMPLES; done += TL_STRIDE_SAMPLES) {
        (void)push(kept + done * TL_CHANNELS, window, outputs, cycles);
    }
#else
    for (uint32_t done = 0; done < TL_TESTED_SAMPLES; done += TL_LIVE_SAMPLES) {
        (void)tl_window_decide(kept + done * TL_CHANNELS, outputs, cycles);
    }
#endif
    tl_window_forget();
}
#endif
