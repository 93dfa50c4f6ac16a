"""The words for motions that people write on labels: one table, for the simulated motion and for advice on classes."""

from __future__ import annotations

import re
import unicodedata

REST = "rest"  # lie on the table

# A motion, and the labels that mean it, in lower case and in the singular; `motion_word` compares without blanks,
# hyphens, underscores, numbers and case, and takes an s at the end for a plural.
_LABELS_OF: dict[str, str] = {
    REST: "rest, at rest, resting, resting state, still, stay still, hold still, stand still, nothing, do nothing, "
    "doing nothing, none, idle, idling, idle state, no motion, no movement, no move, no gesture, no action, "
    "not moving, motionless, stationary, static, steady, calm, quiet, pause, on the table, lying flat, flat, null",
    "shake": "shake, shaking, shaken, wiggle, wiggling, rattle, rattling, tremble, trembling, vibrate, vibrating",
    "wave": "wave, waving, waves, hand wave, wave hand, greet, greeting, hello",
    "circle": "circle, circling, circles, round, ring, draw a circle, draw circle, loop, stir, stirring, o",
    "lift": "lift, lifting, raise, raising, pick up, picking up, pickup",
    "knock": "knock, knocking, tap, tapping, double tap, hit, hitting, hammer, hammering, clap, clapping",
    "punch": "punch, punches, punching, box, boxing, jab, thrust, stab, throw, throwing",
    "tilt left": "tilt left, tilting left, left tilt, lean left, roll left, left",
    "tilt right": "tilt right, tilting right, right tilt, lean right, roll right, right",
    "tilt up": "tilt up, tilting up, up tilt, tilt back, tilt backward, lean back, pitch up, up",
    "tilt down": "tilt down, tilting down, down tilt, tilt forward, lean forward, pitch down, down",
    "upside down": "upside down, face down, flipped, turned over, inverted",
    "walk": "walk, walking, step, steps, stepping, stroll, strolling",
    "run": "run, running, jog, jogging, sprint, sprinting",
    "jump": "jump, jumping, hop, hopping, jumping jack, skip, skipping",
    "figure eight": "figure eight, figure of eight, eight, infinity, draw an eight",
    "up and down": "up and down, up down, updown, vertical, down up, bounce, bouncing, nod, nodding",
    "left and right": "left and right, left right, right left, side to side, horizontal, sideway, swipe, swiping",
    "rotate": "rotate, rotating, rotation, turn, turning, spin, spinning",
    "twist": "twist, twisting, wrist twist, flip, flipping, screw, unscrew, turn over",
}
_DIGITS = {"8": "eight", "0": "zero"}
_REST_OF_A_CLASS = (  # a class for all that is none of the others: no motion of its own, but the board can say it
    "other, others, other movement, other motion, anything else, something else, else, everything else, rest of it, "
    "background, noise, negative, unknown, not sure, no class, garbage, random, miscellaneous, misc"
)


def label_key(label: str) -> str:
    """A label without what people write differently: `Tilt_Left`, `tiltLeft` and `tilt-lefts` are one."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", unicodedata.normalize("NFKC", label)).casefold()
    words = [word for word in re.split(r"[\W_]+", text) if word]
    joined = "".join(_DIGITS.get(word, word) for word in words)
    return joined[:-1] if len(joined) > 3 and joined.endswith("s") else joined


def _table(texts: str) -> list[str]:
    return [label_key(text) for text in texts.split(",")]


_MOTION_OF: dict[str, str] = {key: motion for motion, texts in _LABELS_OF.items() for key in _table(texts)}
_NONE_OF_THE_OTHERS = frozenset(_table(_REST_OF_A_CLASS))


def motion_of(label: str) -> str:
    """The motion that a label names, such as “tilt left” for `Tilt_Left`; empty where it is no known word."""
    return _MOTION_OF.get(label_key(label), "")


def means_no_class(label: str) -> bool:
    """Whether a label stands for being at rest, or for all that is none of the other classes."""
    return motion_of(label) == REST or label_key(label) in _NONE_OF_THE_OTHERS
