// tl_buttons: tells the host when a button is pressed, so that a take can begin with the board in the hand.
#ifndef TL_BUTTONS_H
#define TL_BUTTONS_H

#ifdef __cplusplus
extern "C" {
#endif

// Look at the buttons; send BUTTON for each one that is newly pressed. Called as often as the core runs.
void tl_buttons_poll(void);

#ifdef __cplusplus
}
#endif

#endif
