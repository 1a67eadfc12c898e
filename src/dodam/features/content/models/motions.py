"""Words of the content feature: therapeutic hand movements and what they are called."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.content.models.media import WORDS, ShownMedium
from dodam.platform.i18n import Text

# `\Z`, for `$` would let a line end through.
MOTION_ID = r"^[a-z][a-z_]{1,39}\Z"


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


class MotionName(Text, frozen=True, forbid_unknown_fields=True):
    ko: Annotated[str, Meta(min_length=1, max_length=80, pattern=WORDS)]
    en: Annotated[str, Meta(min_length=1, max_length=80, pattern=WORDS)]


class MotionText(Text, frozen=True, forbid_unknown_fields=True):
    ko: Annotated[str, Meta(min_length=1, max_length=2_000, pattern=WORDS)]
    en: Annotated[str, Meta(min_length=1, max_length=2_000, pattern=WORDS)]


class MotionContent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written of a motion; `Motion` says what each is. Media are named by their ids."""

    position: Annotated[int, Meta(ge=1, le=10_000)]
    name: MotionName
    description: MotionText
    instruction: MotionText
    labels: Annotated[list[HandClassLabel], Meta(min_length=1, max_length=10)]
    bimanual: bool
    default_repetitions: Annotated[int, Meta(ge=1, le=2_000)]
    video: UUID | None = None
    images: Annotated[list[UUID], Meta(max_length=10)] = []


class MotionForm(MotionContent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A motion as it is to be; `based_on` is the version that was changed, 0 for a new motion."""

    based_on: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Motion(Struct, frozen=True):
    """One therapeutic hand movement of the catalogue.

    `labels` are the recogniser's postures a repetition passes through, in order.
    `bimanual` motions need both hands whatever the hand of the day is.
    `default_repetitions` is the target a default plan gives one day of this motion.
    A `retired` motion is for the plans and plays that name it: no new plan takes it.
    """

    id: str
    position: int
    name: Text
    description: Text
    instruction: Text
    labels: list[HandClassLabel]
    bimanual: bool
    default_repetitions: int
    video: UUID | None = None
    images: list[UUID] = []
    retired: bool = False
    version: int = 1


class ShownMotion(Struct, frozen=True):
    """A motion as clients show it: what `Motion` is, with where its video and images are."""

    id: str
    position: int
    name: Text
    description: Text
    instruction: Text
    labels: list[HandClassLabel]
    bimanual: bool
    default_repetitions: int
    video: ShownMedium | None
    images: list[ShownMedium]
    retired: bool
    version: int


class MotionVersion(Struct, frozen=True):
    """A motion as it was saved once; by nobody where a release brought it."""

    id: UUID
    version: int
    content: MotionContent
    retired: bool
    saved_by: UUID | None
    saved_at: datetime
