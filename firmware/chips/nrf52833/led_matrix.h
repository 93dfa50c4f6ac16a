// led_matrix: 5×5 LEDs, scanned by three PWM units out of memory, so that showing a picture costs the CPU nothing.
#ifndef TL_LED_MATRIX_H
#define TL_LED_MATRIX_H

#include <stdint.h>

enum { TL_MATRIX_ROWS = 5, TL_MATRIX_COLUMNS = 5, TL_MATRIX_PINS = TL_MATRIX_ROWS + TL_MATRIX_COLUMNS };

// What the LEDs show: one byte for each row, the leftmost LED in bit 4.
void tl_matrix_draw(const uint8_t *rows);

// Begin to scan. `pins` are PSEL(port, pin): the rows, which give current, then the columns, which take it.
void tl_matrix_start(const uint8_t *pins);

#endif
