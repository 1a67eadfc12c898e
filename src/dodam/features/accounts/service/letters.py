"""Mails to account holders, from templates: a text and the same as simple HTML.

A mail holds nothing that somebody else could have written, such as a name: whoever opens an
account with another's address would have us deliver their words.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum

import structlog
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from dodam.features.accounts.ports.mails import AddressRefused, Mails
from dodam.features.accounts.service.addresses import mail_address
from dodam.platform.clock import Clock
from dodam.platform.i18n import Language
from dodam.platform.ids import new_id

_LOG = structlog.get_logger(__name__)


class Letter(StrEnum):
    """What is written; `mail_templates/<language>/<letter>.txt` begins with the subject."""

    VERIFY_EMAIL = "verify_email"
    VERIFY_NEW_EMAIL = "verify_new_email"
    EMAIL_CHANGED = "email_changed"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a letter's name
    FIRST_PASSWORD = "first_password"  # noqa: S105 - the same
    PASSWORD_TAKEN_AWAY = "password_taken_away"  # noqa: S105 - the same
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the same
    STAFF_INVITATION = "staff_invitation"
    PAYMENT_RECEIPT = "payment_receipt"
    REFUND_RECEIPT = "refund_receipt"
    PAYMENT_FAILED = "payment_failed"
    PRICE_INCREASE = "price_increase"
    SUBSCRIPTION_RUNS_ON = "subscription_runs_on"


class Letters:
    """`sender` is as in a From header; `public_url` is where the client's pages are."""

    def __init__(self, mails: Mails, clock: Clock, *, sender: str, public_url: str) -> None:
        self._mails = mails
        self._clock = clock
        name, address = parseaddr(sender)
        self._sender = Address(name, addr_spec=address)
        self._public_url = public_url
        self._templates = Environment(
            loader=PackageLoader("dodam.features.accounts", "mail_templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
        )

    async def send(
        self,
        letter: Letter,
        to: str,
        language: Language,
        *,
        link: str | None = None,
        **values: object,
    ) -> None:
        """Write and send a letter; `link` is a path of the client with its query.

        An address that no mail will ever reach is noted and given up. Any other failure is the
        mail system's, and the caller's to try again.
        """
        url = None if link is None else f"{self._public_url}{link}"
        text = self._templates.get_template(f"{language}/{letter}.txt").render(link=url, **values)
        subject, _, body = text.partition("\n\n")
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=mail_address(to))
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{new_id()}@{self._sender.domain}>"
        # Nobody's absence note is to come back (RFC 3834 section 5).
        mail["Auto-Submitted"] = "auto-generated"
        html = self._as_html(subject, body, language, url)
        mail.set_content(body + "\n", cte="8bit")
        mail.add_alternative(html, subtype="html", cte="8bit")
        # Content headers of before would have moved into the text's part.
        mail["Content-Language"] = language
        try:
            await self._mails.send(mail)
        except AddressRefused:
            _LOG.warning("a mail's address was refused for good", letter=letter)

    def _as_html(self, subject: str, body: str, language: Language, link: str | None) -> str:
        return self._templates.get_template("layout.html").render(
            subject=subject,
            paragraphs=body.strip().split("\n\n"),
            language=language,
            link=link,
        )
