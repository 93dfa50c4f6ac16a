#include "tl_decide.h"

void tl_decide_start(struct tl_decide *decide) {
    decide->row = 0;
    decide->held = 0;
}

static void remember(struct tl_decide *decide, const int8_t *outputs, uint8_t count) {
    decide->newest = decide->held == 0U ? 0U : (uint8_t)((decide->newest + 1U) % TL_MAX_SMOOTHING);
    decide->held = decide->held < TL_MAX_SMOOTHING ? (uint8_t)(decide->held + 1U) : decide->held;
    for (uint8_t i = 0; i < count; i++) {
        decide->history[(uint32_t)decide->newest * count + i] = outputs[i];
    }
}

// The average output of class `index` over the last `used` windows. Counted from -128, so that nothing is negative.
static int8_t average(const struct tl_decide *decide, uint8_t used, uint8_t count, uint8_t index) {
    uint32_t sum = 0;
    for (uint8_t back = 0; back < used; back++) {
        uint32_t slot = (decide->newest + (uint32_t)TL_MAX_SMOOTHING - back) % TL_MAX_SMOOTHING;
        sum += (uint32_t)(decide->history[slot * count + index] + 128);
    }
    return (int8_t)((int32_t)((sum + used / 2U) / used) - 128);
}

int8_t tl_decide(struct tl_decide *decide, const struct tl_decide_settings *settings, const int8_t *outputs,
                 uint8_t count) {
    remember(decide, outputs, count);
    uint8_t used = decide->held < settings->smoothing ? decide->held : settings->smoothing;
    uint8_t winner = 0;
    int8_t best = average(decide, used, count, 0);
    for (uint8_t i = 1; i < count; i++) {
        int8_t value = average(decide, used, count, i);
        if (value > best) {
            best = value;
            winner = i;
        }
    }
    if (best < settings->thresholds[winner]) {
        decide->row = 0;
        return TL_NO_DECISION;
    }
    bool same = decide->row > 0U && decide->winner == winner;
    uint8_t row = same ? decide->row : 0U;
    decide->winner = winner;
    decide->row = row < UINT8_MAX ? (uint8_t)(row + 1U) : row;
    return decide->row >= settings->consecutive ? (int8_t)winner : (int8_t)TL_NO_DECISION;
}

int8_t tl_decide_once(const struct tl_decide_settings *settings, const int8_t *outputs, uint8_t count) {
    uint8_t winner = 0;
    for (uint8_t i = 1; i < count; i++) {
        winner = outputs[i] > outputs[winner] ? i : winner;
    }
    return outputs[winner] < settings->thresholds[winner] ? (int8_t)TL_NO_DECISION : (int8_t)winner;
}
