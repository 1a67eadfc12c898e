"""Words of the content feature: therapeutic hand movements and what they are called."""

from enum import StrEnum

from msgspec import Struct

from dodam.platform.i18n import Text


class TherapyHand(StrEnum):
    """The hand that is trained."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class HandClassLabel(StrEnum):
    """What the tablet's hand recogniser names a posture it sees."""

    OPEN_PALM = "open_palm"
    FIST = "fist"
    TIP_PINCH = "tip_pinch"
    TRIPOD_PINCH = "tripod_pinch"
    LATERAL_PINCH = "lateral_pinch"
    CYLINDER_GRASP = "cylinder_grasp"
    POINTING = "pointing"
    FINGERS_SPREAD = "fingers_spread"
    FINGERS_TOGETHER = "fingers_together"
    THUMB_OPPOSED = "thumb_opposed"
    THUMB_UP = "thumb_up"
    WRIST_FLEXED = "wrist_flexed"
    WRIST_EXTENDED = "wrist_extended"
    WRIST_RADIAL = "wrist_radial"
    WRIST_ULNAR = "wrist_ulnar"
    PALM_UP = "palm_up"
    PALM_DOWN = "palm_down"


class Motion(Struct, frozen=True):
    """One therapeutic hand movement of the catalogue.

    `labels` are the recogniser's postures a repetition passes through, in order.
    `bimanual` motions need both hands whatever the hand of the day is.
    `default_repetitions` is the target a default plan gives one day of this motion.
    """

    id: str
    position: int
    name: Text
    description: Text
    instruction: Text
    labels: list[HandClassLabel]
    bimanual: bool
    default_repetitions: int
