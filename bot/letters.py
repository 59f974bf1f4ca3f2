"""Making the candidate's mails: read what is true now, write the letter, hand it to the mail server."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.lanes import Turn
from bot.mail import Mailer
from bot.mail_refusals import MailRefused, MailUnavailable
from bot.outcomes import Hopeless, Later, Unclear
from handlers.desk import PageOf
from handlers.pages import letters
from handlers.pages.calendar_file import calendar_file
from handlers.pages.case import gather
from hiring.model import Kind
from hiring.ports import Clock, Sent
from store.database import Database

log = logging.getLogger("evenhand.letters")


class Letters:
    """The maker of `mail.*` deliveries. Without a mail server there is nothing to make: recruiters find the link to the
    candidate's page in their own messages, and `doctor` says so."""

    def __init__(self, *, database: Database, mailer: Mailer | None, clock: Clock, page_of: PageOf) -> None:
        self._database = database
        self._mailer = mailer
        self._clock = clock
        self._page_of = page_of

    def make(self, turn: Turn) -> Sent | None:
        delivery = turn.claim.delivery
        if self._mailer is None:
            log.info("no mail server is set; the recruiter passes the link on", extra={"key": delivery.key})
            return None
        with self._database.begin(read_only=True) as uow:
            case = gather(uow, delivery.ref("loop"))
        letter = letters.letter_for(delivery.kind, case, link=self._page_of(case.loop))
        if letter is None:
            return None
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
