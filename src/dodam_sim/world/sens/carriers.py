"""What becomes of a message: it is decided when it is taken, and known once it is due."""

from datetime import datetime, timedelta
from uuid import uuid4

from dodam_sim.world.sens import alimtalk, sms
from dodam_sim.world.sens.account import SensAccount, Template, is_among
from dodam_sim.world.sens.alimtalk import FailoverConfig, Talk, TalkMessage, TalkOrder
from dodam_sim.world.sens.sms import Result, SentMessage, Sms


class Carriers:
    """KakaoTalk and the telephone companies; each takes `delivery` long."""

    def __init__(self, account: SensAccount, delivery: timedelta) -> None:
        self._account = account
        self._delivery = delivery

    def text(self, sent: SentMessage, request_id: str, at: datetime) -> Sms:
        lost = is_among(sent.to, self._account.unreachable)
        return Sms(
            request_id=request_id,
            message_id=str(uuid4()),
            taken_at=at,
            due_at=at + self._delivery,
            sent=sent,
            result=sms.NO_SUBSCRIBER if lost else sms.ARRIVED,
        )

    def talk(
        self,
        message: TalkMessage,
        order: TalkOrder,
        template: Template,
        request_id: str,
        at: datetime,
    ) -> Talk:
        result = self._result(message, template)
        due = at + self._delivery
        follows = result.name == "fail" and message.use_sms_failover
        return Talk(
            request_id=request_id,
            message_id=str(uuid4()),
            taken_at=at,
            due_at=due,
            channel=order.plus_friend_id,
            template=order.template_code,
            message=message,
            result=result,
            failover=self._failover(message, order.plus_friend_id, due) if follows else None,
        )

    def _result(self, message: TalkMessage, template: Template) -> Result:
        if not template.fits(message.content, message.buttons):
            return alimtalk.WRONG_TEXT
        if is_among(message.to, self._account.not_on_kakao):
            return alimtalk.NOT_ON_KAKAO
        if is_among(message.to, self._account.channel_blocked):
            return alimtalk.CHANNEL_BLOCKED
        return alimtalk.DELIVERED

    def _failover(self, message: TalkMessage, channel: str, at: datetime) -> Sms | None:
        """None if phones cannot show the text."""
        asked = message.failover_config or FailoverConfig()
        content = asked.content or message.content
        sender = asked.sender or min(self._account.senders)
        try:
            kind = asked.type or sms.kind_for(content)
            sent = sms.sent_message(kind, sender, message.to, content, asked.subject or channel)
        except UnicodeEncodeError:
            return None
        return self.text(sent, f"VRSSMS-{uuid4()}", at)
