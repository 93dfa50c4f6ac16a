"""Every colour, space and font of TinyLab, for widgets and plots, in light and dark."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from tinylab.assets import resources_dir

FAMILY: Final = "Inter"
BODY_PX: Final = 13
SMALL_PX: Final = 12
TITLE_PX: Final = 21
FIGURE_PX: Final = 25
GAP: Final = 16  # between cards; spacing comes in fours
RADIUS: Final = 9
PANEL_WIDTH: Final = 272
NAVIGATION_WIDTH: Final = 176


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme."""

    dark: bool
    background: str
    surface: str
    field: str  # where one types
    line: str
    text: str
    muted: str
    accent: str
    accent_soft: str  # behind what is chosen
    on_accent: str
    good: str
    good_soft: str
    caution: str
    caution_soft: str
    error: str
    error_soft: str
    axes: tuple[str, str, str]  # x, y, z


LIGHT: Final = Tokens(
    dark=False,
    background="#F5F6F8", surface="#FFFFFF", field="#F5F6F8", line="#E2E5EA", text="#1A1E26", muted="#596273",
    accent="#2058DE", accent_soft="#E8EFFD", on_accent="#FFFFFF", good="#08734C", good_soft="#E4F5EE",
    caution="#964F00", caution_soft="#FDF1E2", error="#B92E08", error_soft="#FDEAE4",
    axes=("#D55E00", "#009E73", "#0072B2"),
)  # fmt: skip
DARK: Final = Tokens(
    dark=True,
    background="#12151A", surface="#1A1E25", field="#12151A", line="#2A303A", text="#E7E9ED", muted="#96A0B0",
    accent="#5B93FF", accent_soft="#1E2C4D", on_accent="#0B1220", good="#3CC28F", good_soft="#14312A",
    caution="#F0A44B", caution_soft="#3A2A14", error="#FF8A65", error_soft="#3B1F18",
    axes=("#FF8A3D", "#2CC79A", "#4FA8E8"),
)  # fmt: skip

# Okabe–Ito, the set that people with any kind of colour blindness can tell apart; black becomes grey.
_CLASSES: Final = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#F0E442", "#8A8F98")
_SIZES: Final = {
    "body_px": BODY_PX,
    "small_px": SMALL_PX,
    "title_px": TITLE_PX,
    "figure_px": FIGURE_PX,
    "radius": RADIUS,
}
VALIDATION: Final = "#E69F00"  # beside the accent, told apart by everybody, on both surfaces
AXIS_STYLES: Final = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


def class_colour(index: int) -> QColor:
    """A class keeps its colour on every page; beyond eight they come again, darker."""
    colour = QColor(_CLASSES[index % len(_CLASSES)])
    return colour.darker(100 + 35 * (index // len(_CLASSES)))


class Theme(QObject):
    """The theme that is shown now; widgets that paint themselves listen to `changed`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self._choice = "system"
        self._applied: Tokens | None = None

    @property
    def choice(self) -> str:
        """system, light or dark."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Show a theme; "system" follows what the desktop says."""
        self._choice = choice
        dark = choice == "dark"
        if choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        tokens = DARK if dark else LIGHT
        if tokens is not self._applied:
            self.tokens = self._applied = tokens
            self._apply()

    def toggle(self) -> None:
        """The other one of light and dark."""
        self.choose("light" if self.tokens.dark else "dark")

    def colour(self, token: str) -> QColor:
        """A token as a colour."""
        return QColor(getattr(self.tokens, token))

    def _apply(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(_palette(self.tokens))
            application.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()


theme = Theme()


def font(pixels: int = BODY_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The one family, in a size and weight."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(weight)
    return made


def install(application: QApplication, choice: str) -> None:
    """Fonts, style and theme of the application; called once."""
    for path in sorted((resources_dir() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    application.setStyle("Fusion")
    application.setFont(font())
    application.styleHints().colorSchemeChanged.connect(
        lambda _: theme.choose("system") if theme.choice == "system" else None
    )
    theme.choose(choice)


def _palette(t: Tokens) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: t.background,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.surface,
        QPalette.ColorRole.AlternateBase: t.field,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.Button: t.surface,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.ToolTipBase: t.surface,
        QPalette.ColorRole.ToolTipText: t.text,
        QPalette.ColorRole.PlaceholderText: t.muted,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.on_accent,
        QPalette.ColorRole.Link: t.accent,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.muted))
    return palette


def style_sheet(tokens: Tokens) -> str:
    """The style sheet of the whole application: resources/style.qss in the theme's colours and sizes."""
    template = Template((resources_dir() / "style.qss").read_text(encoding="utf-8"))
    shade = "dark" if tokens.dark else "light"
    pictures = {name: (resources_dir() / f"{name}-{shade}.svg").as_posix() for name in ("arrow", "check")}
    return template.substitute(asdict(tokens), **pictures, **_SIZES)
