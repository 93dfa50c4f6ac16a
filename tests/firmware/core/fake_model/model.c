#include "model.h"

void tl_model_run(const int8_t *input, int8_t *output) {
    output[0] = input[0];
    output[1] = input[TL_MODEL_INPUTS - 1];
    output[2] = 0;
}

static int8_t before[TL_MODEL_STEP];
static uint8_t pushes;

void tl_model_init(void) {
    pushes = 0;
}

uint8_t tl_model_push(const int8_t *samples, int8_t *output) {
    output[0] = before[0];
    output[1] = samples[TL_MODEL_STEP - 1];
    output[2] = 0;
    for (uint8_t i = 0; i < TL_MODEL_STEP; i++) {
        before[i] = samples[i];
    }
    pushes = pushes < TL_MODEL_CALLS ? (uint8_t)(pushes + 1U) : pushes;
    return pushes == TL_MODEL_CALLS;
}

static const char first[] = {'a', '"', '%', '\n', (char)0xC3, (char)0xA4};
static char second[300];

const char *tl_model_label(uint8_t index) {
    for (uint16_t i = 0; i < sizeof second; i++) {
        second[i] = (char)('a' + i % 26);
    }
    return index == 0U ? first : second;
}

uint16_t tl_model_label_bytes(uint8_t index) {
    static const uint16_t bytes[] = {sizeof first, sizeof second, 0};
    return bytes[index];
}
