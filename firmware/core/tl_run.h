// tl_run: the firmware's main loop, one round at a time.
#ifndef TL_RUN_H
#define TL_RUN_H

#ifdef __cplusplus
extern "C" {
#endif

// Bring up the board; called once.
void tl_init(void);

// Answer what came in, serve the stream, then sleep until there is something to do. Called for ever.
void tl_run(void);

#ifdef __cplusplus
}
#endif

#endif
