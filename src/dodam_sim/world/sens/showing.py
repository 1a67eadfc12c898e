"""Alimtalks and texts as the world's page shows them."""

from datetime import datetime

from dodam_sim.shown import Button, Shown
from dodam_sim.world.sens.alimtalk import Talk
from dodam_sim.world.sens.sms import Result, Sms


def show_talk(talk: Talk, now: datetime) -> Shown:
    state = _state(talk.result, talk.due_at, now)
    if state.startswith("failed") and talk.failover is not None:
        state += ", sent as a text instead"
    return Shown(
        at=talk.taken_at,
        title=f"{talk.channel} {talk.template}",
        text=talk.message.content,
        who=talk.message.to,
        look="talk",
        state=state,
        buttons=tuple(Button(each.name, each.link_mobile) for each in talk.message.buttons),
    )


def show_sms(sms: Sms, now: datetime) -> Shown:
    sent = sms.sent
    return Shown(
        at=sms.taken_at,
        title=" ".join(filter(None, [sent.kind, sent.subject])),
        text=sent.content,
        who=sent.to,
        look="sms",
        state=_state(sms.result, sms.due_at, now),
    )


def _state(result: Result, due_at: datetime, now: datetime) -> str:
    if now < due_at:
        return "under way"
    if result.name == "success":
        return "delivered"
    return f"failed: {result.code} {result.words}"
