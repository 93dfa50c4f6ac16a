// display: letters and digits on the 5×5 LEDs.
#ifndef TL_DISPLAY_H
#define TL_DISPLAY_H

// Show a letter or digit; lower case as upper case, a space clears, anything else shows a dot.
void tl_display_show(char letter);

#endif
