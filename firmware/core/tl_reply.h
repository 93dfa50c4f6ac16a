// tl_reply: answers the host's messages.
#ifndef TL_REPLY_H
#define TL_REPLY_H

#include <stdint.h>

#include "tl_frame.h"

#ifdef __cplusplus
extern "C" {
#endif

// Do what one good frame asks, and answer it. A payload of the wrong length is counted as a bad frame after all.
void tl_reply(struct tl_parser *parser, const struct tl_frame *frame);

// When RESET was asked for, the time in µs at which its ACK is out and the board may start again; else UINT64_MAX.
uint64_t tl_reply_reset_us(void);

#ifdef __cplusplus
}
#endif

#endif
