"""The way to the mail server, up to the point where a letter would begin."""

from __future__ import annotations

from typing import Final

from bot.doctor.finding import Finding
from bot.mail import Mailer
from bot.mail_refusals import MailRefused, MailUnavailable
from bot.settings import Settings

WAIT: Final = 10.0


def tried(settings: Settings, to: str) -> Finding:
    if not settings.smtp_url:
        says = "SMTP_URL is not set: candidates get no mail; recruiters find the link to pass on in their messages"
        return Finding("mail", well=True, says=says)
    try:
        Mailer(settings.smtp_url, timeout=WAIT).rehearse(to)
    except MailUnavailable as busy:
        mend = "Check SMTP_URL, and whether this machine may reach the mail server and its port."
        return Finding("mail", well=False, says=busy.why, mend=mend)
    except MailRefused as refused:
        mend = "Have the mail server's operator allow this: the sender is the `from` in SMTP_URL, else its user."
        if to:
            mend += " The recipient is what stood after --mail-to."
        return Finding("mail", well=False, says=refused.why, mend=mend)
    says = "the server answers, takes our sign-in and our sender"
    if to:
        return Finding("mail", well=True, says=f"{says}, and would take a letter to that address; none was sent")
    return Finding(
        "mail", well=True, says=f"{says}; nothing was sent (--mail-to ADDRESS: would it take a letter there?)"
    )
