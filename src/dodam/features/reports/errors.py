"""What can go wrong with a report."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class PrinterBusy(DodamError):
    kind = Kind.UNAVAILABLE
    code = "printer_busy"
    text = Text(
        en="Too many reports are being printed right now; please try again shortly.",
        ko="지금 보고서를 만드는 요청이 많아요. 잠시 후 다시 시도해 주세요.",
    )
