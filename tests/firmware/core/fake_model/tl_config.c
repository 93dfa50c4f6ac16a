#include "tl_config.h"

const uint8_t tl_build_id[8] = {1, 2, 3, 4, 5, 6, 7, 8};
const uint8_t tl_model_hash[8] = {8, 7, 6, 5, 4, 3, 2, 1};
const int8_t tl_thresholds[TL_LABELS] = {10, 10, 10};
