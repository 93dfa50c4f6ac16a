// tl_forest.h: trees of questions about single values; the votes of the leaves where they end become probabilities.
#ifndef TL_FOREST_H
#define TL_FOREST_H

#include "tl_nn.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TL_FOREST_LEAF 255

// The nodes of a tree stand one after the other, a question in front of its branches: a value up to the threshold leads
// to the next node, a larger one to the node of `others`, which stands further behind. Checked when the file is read.
struct tl_forest {
    int32_t trees;
    int32_t classes;  // 1 to 255
    const int16_t *roots;
    const uint8_t *features;  // which value is asked about; TL_FOREST_LEAF: none
    const int8_t *thresholds;
    const int16_t *others;  // of a leaf: its row of votes
    const uint8_t *votes;   // rows × classes; a row adds up to 128
};

// The votes of the leaf in which one tree ends.
TL_INLINE const uint8_t *tl_forest_votes(const struct tl_forest *c, int32_t node, const int8_t *input) {
    TL_KEEP_LOOP
    while (c->features[node] != TL_FOREST_LEAF) {
        node = input[c->features[node]] > c->thresholds[node] ? c->others[node] : node + 1;
    }
    return c->votes + c->others[node] * c->classes;
}

// Output: probabilities of scale 1/256 and zero point -128, rounded half up. The first of the largest sums is the only
// largest output: where another class rounds to the same step, it is given one less. `stage`: 4 · classes bytes,
// aligned to four.
TL_INLINE void tl_forest(const struct tl_forest *c, const int8_t *input, int8_t *output, int8_t *stage) {
    int32_t *sums = (int32_t *)(void *)stage;
    int32_t best = 0;
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        sums[i] = 0;
    }
    TL_KEEP_LOOP
    for (int32_t tree = 0; tree < c->trees; tree++) {
        const uint8_t *votes = tl_forest_votes(c, c->roots[tree], input);
        TL_KEEP_LOOP
        for (int32_t i = 0; i < c->classes; i++) {
            sums[i] += votes[i];
        }
    }
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        const int32_t step = (4 * sums[i] + c->trees) / (2 * c->trees);
        best = sums[i] > sums[best] ? i : best;
        output[i] = (int8_t)((step > 255 ? 255 : step) - 128);
    }
    TL_KEEP_LOOP
    for (int32_t i = 0; i < c->classes; i++) {
        if (i != best && output[i] == output[best]) {
            output[i]--;
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
