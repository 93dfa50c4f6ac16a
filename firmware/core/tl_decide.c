#include "tl_decide.h"

#include "tl_wire.h"

int8_t tl_decide(struct tl_decide *decide, const int8_t *outputs, uint8_t count, int8_t threshold,
                 uint8_t consecutive) {
    uint8_t winner = 0;
    for (uint8_t i = 1; i < count; i++) {
        if (outputs[i] > outputs[winner]) {
            winner = i;
        }
    }
    if (outputs[winner] < threshold) {
        decide->row = 0;
        return TL_NO_DECISION;
    }
    bool same = decide->row > 0U && decide->winner == winner;
    uint8_t row = same ? decide->row : 0U;
    decide->winner = winner;
    decide->row = row < UINT8_MAX ? (uint8_t)(row + 1U) : row;
    return decide->row >= consecutive ? (int8_t)winner : (int8_t)TL_NO_DECISION;
}
