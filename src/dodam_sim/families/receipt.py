"""What an upload must be answered: the fate of each record, held against what was sent."""

from collections.abc import Collection

from dodam_sim.families.answers import RecordFate, UploadReceipt
from dodam_sim.families.compare import Comparison
from dodam_sim.families.tablet import Record, Rejection, Upload

CORRECTED = "clock_corrected"


def check_receipt(
    comparison: Comparison, upload: Upload, receipt: UploadReceipt, before: Collection[object]
) -> set[object]:
    """Compare a receipt, and return the ids the server now surely holds beside those of `before`.

    A record that was not acknowledged before may still be a duplicate: the answer to an earlier
    try may have been lost, or an earlier run may have sent it.
    """
    same = comparison.same
    fates = [fate.fate for fate in receipt.records]
    same(None, "upload: created", fates.count("created"), receipt.created)
    same(None, "upload: duplicates", fates.count("duplicate"), receipt.duplicates)
    same(None, "upload: rejected", fates.count("rejected"), receipt.rejected)
    same(
        None, "upload: order", list(range(len(upload.records))), [f.index for f in receipt.records]
    )
    held: set[object] = set()
    for record, fate in zip(upload.records, receipt.records, strict=False):
        if record.rejection is not None:
            _check_refusal(comparison, record.rejection, fate)
        else:
            known = record.id in before or record.id in held
            _check_kept(comparison, upload, record, fate, known=known)
            held.add(record.id)
    return held


def _check_refusal(comparison: Comparison, rejection: Rejection, fate: RecordFate) -> None:
    what = f"bad record ({rejection.field or rejection.code})"
    comparison.same(None, f"{what}: fate", "rejected", fate.fate)
    if fate.reason is None:
        comparison.same(None, f"{what}: reason", "given", "missing")
        return
    if rejection.field is not None:
        comparison.same(None, f"{what}: field", rejection.field, fate.reason.field)
    if rejection.code is not None:
        comparison.same(None, f"{what}: code", rejection.code, fate.reason.code)


def _check_kept(
    comparison: Comparison, upload: Upload, record: Record, fate: RecordFate, *, known: bool
) -> None:
    allowed = {"duplicate"} if known else {"created", "duplicate"}
    reason = f" ({fate.reason.code} {fate.reason.field})" if fate.reason else ""
    comparison.holds(
        record.day,
        "record: fate",
        " or ".join(sorted(allowed)),
        f"{fate.fate}{reason} for {record.id}",
        holds=fate.fate in allowed,
    )
    comparison.same(record.day, "record: day", record.day, fate.therapy_day)
    if fate.fate == "created":
        expected = CORRECTED if upload.tablet.is_corrected else None
        notice = None if fate.notice is None else fate.notice.code
        comparison.same(record.day, "record: notice", expected, notice)
