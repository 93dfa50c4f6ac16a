// A network small enough to check by hand: output 0 is input 0, output 1 the last input, output 2 always 0.
#ifndef MODEL_H
#define MODEL_H

#include <stdint.h>

#define TL_MODEL_INPUTS (30)
#define TL_MODEL_OUTPUTS (3)

#define TL_MODEL_STEP (15)  // five samples
#define TL_MODEL_CALLS (2)

void tl_model_init(void);
uint8_t tl_model_push(const int8_t *samples, int8_t *output);
void tl_model_run(const int8_t *input, int8_t *output);
const char *tl_model_label(uint8_t index);
uint16_t tl_model_label_bytes(uint8_t index);

#endif
