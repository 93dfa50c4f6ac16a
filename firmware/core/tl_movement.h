// tl_movement: which windows of a stream are decided on where a board decides by movement: each short movement once,
// when it has ended, in the middle of a window whose ends are held; of longer ones whole windows, one each stride; of
// rests the same, where a label is a rest. C twin of tinylab/dsp/movements.py, which says how a movement begins and
// ends, equal in every bit. No heap, no floats, no board.
#ifndef TL_MOVEMENT_H
#define TL_MOVEMENT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tl_movement_settings {
    uint16_t window;    // all in samples
    uint16_t stride;    // between two windows of a long movement, 1 to `window`
    uint16_t level;     // counts; a movement's level is above
    uint16_t span;      // samples that a level looks back over
    uint16_t air;       // samples before and behind that belong to a movement
    uint16_t rest;      // samples below the level that end a movement
    uint16_t shortest;  // of a movement
    bool decides_rest;
};

// Samples that `counts` has room for.
#define TL_MOVEMENT_ROOM(window, span, rest) ((window) + (rest) + (span) + 2)

struct tl_movement {
    const struct tl_movement_settings *settings;
    int16_t *counts;  // x, y, z of what goes on, oldest first; once there is a window, it stands at the beginning
    int16_t *recent;  // x, y, z of the last `span` samples
    int64_t squares;  // sum over them
    int32_t sums[3];
    int32_t filled;  // samples in `counts`
    int32_t start;   // the first above the level, counted from the beginning of `counts`
    int32_t end;     // the first behind the last that was
    int32_t behind;  // samples of the stream after those of the window
    int32_t held;    // samples of a short movement in the window; 0 for a whole window
    uint16_t known;  // samples in `recent`
    uint16_t oldest;
    bool moving;
    bool decided;  // this movement or rest has had a window
    bool begins;   // the window is the first of its movement or rest
};

// A new stream.
void tl_movement_start(struct tl_movement *m);

// Take one sample (x, y, z). True where `counts` now begins with a window to decide on; then call tl_movement_advance
// before the next sample.
bool tl_movement_push(struct tl_movement *m, const int16_t *xyz);

// The window has been decided on.
void tl_movement_advance(struct tl_movement *m);

#ifdef __cplusplus
}
#endif

#endif
