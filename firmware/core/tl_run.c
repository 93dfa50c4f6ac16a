#include "tl_run.h"

#include "tl_buttons.h"
#include "tl_frame.h"
#include "tl_live.h"
#include "tl_port.h"
#include "tl_reply.h"
#include "tl_stream.h"

enum { CHUNK = 64 };

static struct tl_parser parser;

void tl_init(void) {
    tl_port_init();
    tl_stream_init();
    tl_live_init();
}

static void serve_host(void) {
    uint8_t bytes[CHUNK];
    struct tl_frame frame;
    uint16_t count;
    while ((count = tl_port_read(bytes, CHUNK)) > 0U) {
        for (uint16_t i = 0; i < count; i++) {
            if (tl_parser_feed(&parser, bytes[i], &frame)) {
                tl_reply(&parser, &frame);
            }
        }
    }
}

void tl_run(void) {
    serve_host();
    tl_stream_poll();
    if (tl_stream_due_us() != UINT64_MAX) {  // nobody listens while nothing streams
        tl_buttons_poll();
    }
    uint64_t reset_us = tl_reply_reset_us();
    if (tl_port_time_us() >= reset_us) {
        tl_port_reset();
    }
    uint64_t due_us = tl_stream_due_us();
    tl_port_sleep_until(reset_us < due_us ? reset_us : due_us);
}
