"""Whether a text can be read on its ground: the contrast ratio of WCAG 2.2, which must be 4.5 everywhere."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

from tinylab.ui.theme import theme

LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3
_MOST_STEPS = 30
_DARK_INK, _LIGHT_INK = "#000000", "#FFFFFF"


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: QColor) -> QColor:
    """The colour, made darker or lighter until a text in it stands out from a card."""
    surface = theme.colour("surface")
    made = QColor(colour)
    for _ in range(_MOST_STEPS):
        if contrast(made, surface) >= LEAST_CONTRAST:
            break
        made = made.lighter(108) if theme.tokens.dark else made.darker(108)
    return made


def over_card(colour: QColor) -> QColor:
    """What a colour that lets some light through looks like on a card."""
    below, share = theme.colour("surface"), colour.alphaF()

    def mixed(top: float, under: float) -> float:
        return top * share + under * (1 - share)

    return QColor.fromRgbF(
        mixed(colour.redF(), below.redF()),
        mixed(colour.greenF(), below.greenF()),
        mixed(colour.blueF(), below.blueF()),
    )


def ink_on(colour: QColor) -> QColor:
    """Dark or light, whichever is read better on a colour that lies on a card; one of them always has 4.5."""
    ground = over_card(colour)
    return max((QColor(_DARK_INK), QColor(_LIGHT_INK)), key=lambda ink: contrast(ink, ground))
