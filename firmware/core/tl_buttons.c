#include "tl_buttons.h"

#include <stdint.h>

#include "tl_port.h"
#include "tl_send.h"
#include "tl_wire.h"

enum {
    BUTTONS = 2,
    SETTLE_US = 20000,  // contacts bounce for some milliseconds; what changes sooner is not believed
};

static uint8_t pressed;
static uint64_t changed_us;

void tl_buttons_poll(void) {
    uint8_t now = tl_port_buttons();
    uint64_t time_us = tl_port_time_us();
    if (now == pressed || time_us - changed_us < SETTLE_US) {
        return;
    }
    uint8_t fresh = (uint8_t)(now & ~pressed);
    pressed = now;
    changed_us = time_us;
    for (uint8_t i = 0; i < BUTTONS; i++) {
        if ((fresh >> i & 1U) != 0U) {
            struct tl_button message = {.button = (uint8_t)(i + 1U), .time_us = time_us};
            (void)tl_send_stream(TL_MESSAGE_BUTTON, tl_put_button(tl_payload(), &message));
        }
    }
}
