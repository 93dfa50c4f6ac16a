#include "model.h"

void tl_model_run(const int8_t *input, int8_t *output) {
    output[0] = input[0];
    output[1] = input[TL_MODEL_INPUTS - 1];
    output[2] = 0;
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
