"""Letters to candidates over SMTP.

A letter has one Message-ID for ever, made from its delivery's key, so that a mail program which gets it twice after a lost
answer shows it once.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.mail_refusals import MailRefused, check, lost, no_connection

SHAPE = "smtp+starttls://user:password@host:587?from=interviews@example.com"

_PLAIN_TEXT = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_BEYOND_ASCII = re.compile(r"[^\W\x00-\x7f]")


class MailSettingFault(ValueError):
    """What is wrong with `SMTP_URL`, and what it should look like. Holds no part of the URL."""


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class _Server:
    security: Security
    host: str
    port: int
    sender: Address
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class Mailer:
    """Sends one letter per connection: letters are few, and a connection kept for days is one that breaks unseen.

    `timeout` is for each step of the talk, in seconds. The sender is the URL's `from`, or its user when that is an address.
    """

    def __init__(self, url: str, *, timeout: float = 20.0, trust: ssl.SSLContext | None = None) -> None:
        self._server = _read(url)
        self._timeout = timeout
        self._trust = trust or ssl.create_default_context()

    def __repr__(self) -> str:
        return f"Mailer({self._server.security}://{self._server.host}:{self._server.port})"

    def send(
        self,
        *,
        key: str,
        to: str,
        subject: str,
        text: str,
        html: str | None,
        ics: bytes | None,
        now: datetime,
        reply_to: str,
        reply_name: str = "",
    ) -> None:
        """Hands the letter to the server. Raises `MailUnavailable` or `MailRefused`; silence means it was taken."""
        recipient = _recipient(to)
        letter = EmailMessage(policy=SMTP.clone(cte_type="7bit", utf8=not recipient.isascii()))
        try:
            letter["From"] = _mailbox(reply_name, self._server.sender.addr_spec)
            letter["To"] = _mailbox("", recipient)
            letter["Reply-To"] = _mailbox(reply_name, _recipient(reply_to))
            letter["Subject"] = _one_line(subject)
            letter["Date"] = format_datetime(now.astimezone(UTC))
            letter["Message-ID"] = self.message_id(key)
            letter["Auto-Submitted"] = "auto-generated"
            letter.set_content(text)
            if html is not None:
                letter.add_alternative(html, subtype="html")
            if ics is not None:
                letter.add_attachment(
                    ics,
                    maintype="text",
                    subtype="calendar",
                    filename="interviews.ics",
                    params={"method": "PUBLISH", "charset": "utf-8"},
                )
            written = letter.as_bytes()
        except (MessageError, ValueError) as fault:
            raise MailRefused(f"the letter can't be written as mail ({type(fault).__name__})") from None
        self._hand_over(written, recipient)

    def rehearse(self, to: str = "") -> None:
        """All up to a letter, and then none: connects, signs in, names the sender and, if there is one, a recipient. Raises
        `MailUnavailable` or `MailRefused`."""
        recipient = _recipient(to) if to else ""
        with self._connection() as client, lost("the mail server went away", maybe_sent=False):
            self._address(client, recipient)
            client.rset()

    def message_id(self, key: str) -> str:
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{self._server.sender.domain}>"

    def _hand_over(self, written: bytes, recipient: str) -> None:
        with self._connection() as client, lost("the mail server went away", maybe_sent=False):
            self._address(client, recipient)
            with lost("the mail server went away before it confirmed the letter", maybe_sent=True):
                try:
                    answer: tuple[int, bytes | str] = client.data(written)
                except smtplib.SMTPDataError as refused:
                    answer = refused.smtp_code, refused.smtp_error
            check("the letter", answer)

    def _address(self, client: smtplib.SMTP, recipient: str) -> None:
        options = () if recipient.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        if options and not client.has_extn("smtputf8"):
            raise MailRefused("the mail server can't send to an address with letters like these (SMTPUTF8)")
        check("the sender", client.mail(self._server.sender.addr_spec, options))
        if recipient:
            check("the recipient", client.rcpt(recipient))

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        client = self._signed_in()
        try:
            yield client
        finally:
            # The letter is delivered or not by now; a server that hangs up without a word changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()

    def _signed_in(self) -> smtplib.SMTP:
        server = self._server
        try:
            if server.security is Security.TLS:
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=self._timeout, context=self._trust
                )
            else:
                client = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        except (smtplib.SMTPException, OSError) as fault:
            raise no_connection(fault) from None
        try:
            if server.security is Security.STARTTLS:
                client.starttls(context=self._trust)
            client.ehlo_or_helo_if_needed()
            if server.user:
                client.login(server.user, server.password)
        except (smtplib.SMTPException, OSError) as fault:
            client.close()
            raise no_connection(fault) from None
        return client


def _one_line(text: str) -> str:
    """Without what could end a header and begin another."""
    return " ".join(_PLAIN_TEXT.sub(" ", text).split())


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(_one_line(name), username=local, domain=domain)


def _recipient(address: str) -> str:
    """One bare address, its domain in ASCII."""
    try:
        if _PLAIN_TEXT.search(address):
            raise MailRefused("the address holds a line break")
        local, _, domain = address.strip().rpartition("@")
        domain = domain.encode("idna").decode()
        if not local or "." not in domain:
            raise MailRefused("the address is not complete")
        # The parser knows no letters beyond ASCII before the @; with a stand-in for them it checks all the rest.
        Address(addr_spec=f"{_BEYOND_ASCII.sub('x', local)}@{domain}")
    except (MessageError, ValueError, IndexError):
        raise MailRefused("the address can't be read as one") from None
    return f"{local}@{domain}"


# ---- the setting --------------------------------------------------------------------------------------------------


def fault_in(url: str) -> str:
    """What is wrong with `SMTP_URL`; nothing when it can be used."""
    try:
        _read(url)
    except MailSettingFault as fault:
        return str(fault)
    return ""


def _read(url: str) -> _Server:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        # What urllib says here may quote a piece of the password.
        raise MailSettingFault(
            f"SMTP_URL can't be read. Write it like {SHAPE}, with `/ ? # @ :` in the password as %2F %3F %23 %40 %3A."
        ) from None
    try:
        security = Security(parts.scheme)
    except ValueError:
        known = ", ".join(f"{kind}://" for kind in Security)
        raise MailSettingFault(f"SMTP_URL begins with none of {known}. Write it like {SHAPE}.") from None
    if not parts.hostname or parts.fragment or parts.path not in {"", "/"}:
        raise MailSettingFault(
            f"SMTP_URL names no host, or has something after it. Write it like {SHAPE}, "
            "with `/ ? # @ :` in the password as %2F %3F %23 %40 %3A."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise MailSettingFault("SMTP_URL has a user or a password, but not both.")
    if not (user + password).isascii():
        # Python's own client can't say them, and its error quotes them.
        raise MailSettingFault("The user and the password in SMTP_URL must be written in ASCII; have another one made.")
    return _Server(
        security=security,
        host=parts.hostname,
        port=port or _PORTS[security],
        sender=_sender(parts, user),
        user=user,
        password=password,
    )


def _sender(parts: SplitResult, user: str) -> Address:
    given = parse_qs(parts.query).get("from", [user])[0]
    try:
        sender = _recipient(given)
    except MailRefused:
        raise MailSettingFault(
            f"SMTP_URL does not say which address letters come from. Add ?from=interviews@example.com, as in {SHAPE}."
        ) from None
    if not sender.isascii():
        raise MailSettingFault("The sender in SMTP_URL must be written in ASCII letters before its @.")
    return Address(addr_spec=sender)
