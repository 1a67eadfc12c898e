"""What can go wrong with devices."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class DeviceNotFound(DodamError):
    """Unknown or somebody else's: a stranger learns nothing from the difference."""

    kind = Kind.NOT_FOUND
    code = "device_not_found"
    text = Text(en="There is no such device.", ko="해당 기기를 찾을 수 없어요.")
