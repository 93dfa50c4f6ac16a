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

#if TL_INPUT_KIND == TL_INPUT_FEATURES

uint32_t tl_window_keep(const int16_t *xyz, tl_kept *to) {
    for (uint32_t axis = 0; axis < TL_AXES; axis++) {
        to[axis] = of_recipe(xyz[axis]);
    }
    return 0;
}

bool tl_window_decide(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles) {
    uint32_t start = tl_port_cycles();
    tl_model_prepare(kept);
    uint32_t prepared = tl_port_cycles();
    tl_model_decide(outputs);
    cycles->features = prepared - start;
    cycles->network = tl_port_cycles() - prepared;
    return true;
}

#else

uint32_t tl_window_keep(const int16_t *xyz, tl_kept *to) {
    uint32_t start = tl_port_cycles();
    for (uint32_t axis = 0; axis < TL_AXES; axis++) {
        to[axis] = tl_scale_count(of_recipe(xyz[axis]), TL_INPUT_MULTIPLIER, TL_INPUT_SHIFT, TL_INPUT_ZERO);
    }
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

#endif

void tl_window_test(const tl_kept *kept, int8_t *outputs, struct tl_cycles *cycles) {
    tl_window_forget();
    for (uint32_t done = 0; done < TL_TESTED_SAMPLES; done += TL_LIVE_SAMPLES) {
        (void)tl_window_decide(kept + done * TL_AXES, outputs, cycles);
    }
    tl_window_forget();
}
#endif
