"""What it means when a mail server says no, says "later", or says nothing at all. No address and no server's text stands in
an error: they end up in logs."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

_DETAIL = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_LATER = timedelta(minutes=2)
_GREYLISTED = timedelta(minutes=5)
_NEEDS_A_PERSON = timedelta(minutes=15)
_OK, _OK_FORWARDED, _CLOSING, _TEMPORARY, _PERMANENT = 250, 251, 421, 400, 500


class MailUnavailable(Exception):
    """Not now: try the same letter again after `retry_after`. `maybe_sent` when the server's last answer was lost."""

    def __init__(self, why: str, *, retry_after: timedelta, maybe_sent: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after
        self.maybe_sent = maybe_sent


class MailRefused(Exception):
    """Never: this letter to this address will not be taken however often it is tried."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def no_connection(fault: Exception) -> MailUnavailable:
    """Before a letter is handed over, nothing that goes wrong is about that letter: it can be tried again."""
    match fault:
        case ssl.SSLCertVerificationError():
            return MailUnavailable("the mail server's certificate is not trusted", retry_after=_NEEDS_A_PERSON)
        case smtplib.SMTPAuthenticationError():
            code = fault.smtp_code
            return MailUnavailable(f"the mail server refused the sign-in ({code})", retry_after=_NEEDS_A_PERSON)
        case smtplib.SMTPNotSupportedError():
            return MailUnavailable(
                "the mail server offers no STARTTLS or no sign-in, which SMTP_URL asks for", retry_after=_NEEDS_A_PERSON
            )
        case smtplib.SMTPResponseException():
            return MailUnavailable(f"the mail server is not ready ({fault.smtp_code})", retry_after=_LATER)
    return MailUnavailable("the mail server can't be reached", retry_after=_LATER)


@contextmanager
def lost(why: str, *, maybe_sent: bool) -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPServerDisconnected, OSError):
        raise MailUnavailable(why, retry_after=_LATER, maybe_sent=maybe_sent) from None


def check(what: str, answer: tuple[int, bytes | str]) -> None:
    """Raises `MailRefused` or `MailUnavailable` unless the server took `what`."""
    code, said = answer
    if code in {_OK, _OK_FORWARDED}:
        return
    detail = _DETAIL.match(said if isinstance(said, bytes) else said.encode())
    told = f"{code} {detail[1].decode()}" if detail else str(code)
    if code >= _PERMANENT:
        raise MailRefused(f"the mail server refused {what} ({told})")
    later = _LATER if code == _CLOSING or code < _TEMPORARY else _GREYLISTED
    raise MailUnavailable(f"the mail server does not take {what} now ({told})", retry_after=later)
