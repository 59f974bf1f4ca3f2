"""Making the candidate's mails: read what is true now, write the letter, hand it to the mail server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.mail import Mailer, MailRefused, MailUnavailable
from bot.outcomes import Hopeless, Later, Unclear
from bot.worker import Turn
from handlers.pages import letters
from handlers.pages.calendar_file import calendar_file
from handlers.pages.case import Case, gather
from handlers.pages.tokens import page_url
from hiring.model import Kind
from hiring.ports import Clock, Sent
from store.database import Database

_WRITERS: Final[dict[Kind, Callable[..., letters.Letter]]] = {
    Kind.MAIL_AVAILABILITY: letters.availability,
    Kind.MAIL_ITINERARY: letters.itinerary,
    Kind.MAIL_CANCELLED: letters.cancelled,
}


class Letters:
    """The maker of `mail.*` deliveries. Without a mail server they wait in the dead letters, where `doctor` names them."""

    def __init__(
        self, *, database: Database, mailer: Mailer | None, clock: Clock, signing_key: bytes, base_url: str
    ) -> None:
        self._database = database
        self._mailer = mailer
        self._clock = clock
        self._signing_key = signing_key
        self._base_url = base_url

    def make(self, turn: Turn) -> Sent | None:
        delivery = turn.claim.delivery
        if self._mailer is None:
            raise Hopeless("SMTP_URL is not set, so candidates get no mail")
        with self._database.begin(read_only=True) as uow:
            case = gather(uow, delivery.ref("loop"))
        if not _still_true(case, delivery.kind):
            return None
        letter = _WRITERS[delivery.kind](case, link=page_url(self._base_url, case.loop, key=self._signing_key))
        now = self._clock.now()
        turn.begin()
        try:
            self._mailer.send(
                key=delivery.key,
                to=case.candidate.email,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                ics=calendar_file(case, now=now) if delivery.kind is Kind.MAIL_ITINERARY else None,
                now=now,
                reply_to=case.recruiter.email,
                reply_name=case.recruiter.name,
            )
        except MailUnavailable as busy:
            if busy.maybe_sent:
                # A mail server can't be asked; the same Message-ID lets the candidate's program fold the two into one.
                raise Unclear(busy.why) from None
            raise Later(busy.why, wait=busy.retry_after or timedelta(minutes=1)) from None
        except MailRefused as refused:
            raise Hopeless(refused.why) from None
        return None


def _still_true(case: Case, kind: Kind) -> bool:
    """A letter that waited too long is not sent when the loop has moved on."""
    match kind:
        case Kind.MAIL_AVAILABILITY:
            return not case.loop.windows and case.loop.cancelled is None
        case Kind.MAIL_ITINERARY:
            return case.loop.booked_at is not None and case.loop.cancelled is None
        case _:
            return case.loop.cancelled is not None
