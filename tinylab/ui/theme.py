"""Every colour, space and font of TinyLab, for widgets and plots, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass
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
RAIL_WIDTH: Final = 176


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
    dark=False, background="#F5F6F8", surface="#FFFFFF", field="#F5F6F8", line="#E2E5EA", text="#1A1E26", muted="#667085",
    accent="#2563EB", accent_soft="#E8EFFD", on_accent="#FFFFFF", good="#0B8A5C", good_soft="#E4F5EE",
    caution="#B25E00", caution_soft="#FDF1E2", error="#C4320A", error_soft="#FDEAE4",
    axes=("#D55E00", "#009E73", "#0072B2"),
)  # fmt: skip
DARK: Final = Tokens(
    dark=True, background="#12151A", surface="#1A1E25", field="#12151A", line="#2A303A", text="#E7E9ED", muted="#96A0B0",
    accent="#5B93FF", accent_soft="#1E2C4D", on_accent="#0B1220", good="#3CC28F", good_soft="#14312A",
    caution="#F0A44B", caution_soft="#3A2A14", error="#FF8A65", error_soft="#3B1F18",
    axes=("#FF8A3D", "#2CC79A", "#4FA8E8"),
)  # fmt: skip

# Okabe–Ito, the set that people with any kind of colour blindness can tell apart; black becomes grey.
_CLASSES: Final = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#F0E442", "#8A8F98")
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
        self.tokens = DARK if dark else LIGHT
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


def style_sheet(t: Tokens) -> str:
    """The style sheet of the whole application."""
    return f"""
* {{ font-size: {BODY_PX}px; }}
QMainWindow, #content {{ background: {t.background}; }}
#top, #rail, #bottom {{ background: {t.surface}; }}
#top {{ border-bottom: 1px solid {t.line}; }}
#rail {{ border-right: 1px solid {t.line}; }}
#bottom {{ border-top: 1px solid {t.line}; }}
QLabel {{ background: transparent; color: {t.text}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="small"] {{ color: {t.muted}; font-size: {SMALL_PX}px; }}
QLabel[role="field"] {{ color: {t.muted}; font-size: {SMALL_PX}px; }}
QLabel[role="title"] {{ font-size: {TITLE_PX}px; font-weight: 700; }}
QLabel[role="brand"] {{ font-size: 15px; font-weight: 700; }}
QLabel[role="head"] {{ font-size: {SMALL_PX}px; font-weight: 600; }}
QLabel[role="figure"] {{ font-size: {FIGURE_PX}px; font-weight: 700; }}
QLabel[role="huge"] {{ font-size: 44px; font-weight: 700; }}
QLabel[tone="good"] {{ color: {t.good}; }}
QLabel[tone="caution"] {{ color: {t.caution}; }}
QLabel[tone="error"] {{ color: {t.error}; }}
#card {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
#panel {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: {RADIUS}px; }}
#banner {{ border-radius: {RADIUS}px; }}
#banner[tone="good"] {{ background: {t.good_soft}; }}
#banner[tone="info"] {{ background: {t.accent_soft}; }}
#banner[tone="caution"] {{ background: {t.caution_soft}; }}
#banner[tone="error"] {{ background: {t.error_soft}; }}
#chip {{ background: {t.field}; border: 1px solid {t.line}; border-radius: 15px; padding: 0 14px; text-align: left; }}
#chip:hover {{ border-color: {t.muted}; }}
QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; border-radius: 7px; padding: 6px 12px; }}
QPushButton:hover {{ border-color: {t.muted}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: 5px 11px; }}
QPushButton:disabled {{ color: {t.muted}; background: {t.background}; }}
QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: 2px solid {t.accent}; font-weight: 600;
  padding: 8px 18px; border-radius: 8px; }}
QPushButton[role="primary"]:hover {{ border-color: {t.text}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {t.text}; padding: 8px 18px; }}
QPushButton[role="primary"]:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.muted}; }}
QPushButton[role="link"], QToolButton[role="link"] {{ background: transparent; border: none; color: {t.accent}; font-weight: 600;
  padding: 4px 2px; text-align: left; }}
QPushButton[role="link"]:focus, QToolButton[role="link"]:focus {{ border: none; text-decoration: underline; padding: 4px 2px; }}
QPushButton[role="link"]:disabled {{ color: {t.muted}; }}
QPushButton[role="rail"] {{ background: transparent; border: none; border-radius: 8px; padding: 0 10px; text-align: left; }}
QPushButton[role="rail"]:hover {{ background: {t.background}; }}
QPushButton[role="rail"]:checked {{ background: {t.accent_soft}; color: {t.accent}; font-weight: 600; }}
QPushButton[role="rail"]:focus {{ border: 2px solid {t.accent}; padding: 0 8px; }}
QPushButton[role="choice"] {{ background: transparent; border: 1px solid transparent; border-radius: 7px; text-align: left;
  padding: 6px 8px; }}
QPushButton[role="choice"]:hover {{ background: {t.background}; }}
QPushButton[role="choice"]:checked {{ background: {t.accent_soft}; border-color: {t.accent}; }}
QPushButton[role="choice"]:focus {{ border: 2px solid {t.accent}; padding: 5px 7px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 4px; color: {t.text}; }}
QToolButton:hover {{ background: {t.background}; }}
QToolButton:focus {{ border-color: {t.accent}; }}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{ background: {t.field}; color: {t.text}; border: 1px solid {t.line};
  border-radius: 7px; padding: 5px 8px; min-height: 18px; selection-background-color: {t.accent}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border: 2px solid {t.accent}; padding: 4px 7px; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
  selection-background-color: {t.accent_soft}; selection-color: {t.text}; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ width: 0; border: none; }}
QCheckBox {{ color: {t.text}; spacing: 8px; background: transparent; }}
QCheckBox:focus {{ color: {t.accent}; }}
QProgressBar {{ background: {t.line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QTableWidget, QListWidget {{ background: transparent; border: none; color: {t.text}; gridline-color: {t.line};
  selection-background-color: {t.accent_soft}; selection-color: {t.text}; outline: none; }}
QTableWidget::item {{ border-bottom: 1px solid {t.line}; padding: 0 8px; }}
QTableWidget:focus, QListWidget:focus {{ border: 1px solid {t.accent}; border-radius: 6px; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {t.muted}; border: none; border-bottom: 1px solid {t.line};
  padding: 6px 8px; font-size: {SMALL_PX}px; }}
QListWidget::item {{ border: 1px solid {t.line}; border-radius: 6px; margin-right: 6px; }}
QListWidget::item:selected {{ border: 2px solid {t.accent}; background: {t.accent_soft}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; border: none;
  height: 0; width: 0; }}
QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 20px; border-radius: 5px; }}
QMenu::item:selected {{ background: {t.accent_soft}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QFrame[role="line"] {{ background: {t.line}; max-height: 1px; min-height: 1px; border: none; }}
"""
