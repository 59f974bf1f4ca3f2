"""Letters over a real SMTP server that takes, delays, refuses or hangs up."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope

from bot.mail import Mailer
from bot.mail_refusals import MailRefused, MailUnavailable
from tests.bot.post import HANG_UP, Post, certificate, scripted, serving

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FROM = "?from=interviews@example.com"


def send(mailer: Mailer, **changes: Any) -> None:
    given: dict[str, Any] = {
        "key": "loop-1/availability/1",
        "to": "jo@example.org",
        "subject": "When can you come?",
        "text": "Hello\n",
        "html": "<p>Hello</p>",
        "ics": None,
        "now": NOW,
        "reply_to": "rui@example.com",
        "reply_name": "Rui Martins",
    }
    mailer.send(**given | changes)


def mailed(**changes: Any) -> EmailMessage:
    post = Post()
    with serving(post) as at:
        send(Mailer(f"smtp://{at}{FROM}"), **changes)
    return post.letter()


def failing(**answers: str) -> tuple[MailUnavailable | MailRefused, Post]:
    post = Post(answers=answers)
    with serving(post) as at, pytest.raises((MailUnavailable, MailRefused)) as failed:
        send(Mailer(f"smtp://{at}{FROM}"))
    error = failed.value
    assert isinstance(error, MailUnavailable | MailRefused)
    return error, post


# ---- what is sent -------------------------------------------------------------------------------------------------


def test_a_letter_says_from_whom_to_whom_and_when() -> None:
    letter = mailed()
    assert {name: letter[name] for name in ("From", "To", "Reply-To", "Subject", "Date", "Auto-Submitted")} == {
        "From": "Rui Martins <interviews@example.com>",
        "To": "jo@example.org",
        "Reply-To": "Rui Martins <rui@example.com>",
        "Subject": "When can you come?",
        "Date": "Tue, 24 Nov 2026 09:30:00 +0000",
        "Auto-Submitted": "auto-generated",
    }


def test_text_html_and_calendar_arrive_whole() -> None:
    text = "Héllo 欧阳诸葛\n" + "a very long line " * 100 + "\n.\n..a dot\n"
    ics = b"BEGIN:VCALENDAR\r\nSUMMARY:\xe6\xac\xa7\r\nEND:VCALENDAR\r\n"
    letter = mailed(text=text, html="<p>👩‍👩‍👧‍👦 " + "x" * 2000 + "</p>", ics=ics)
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    assert html.get_content().strip() == "<p>👩‍👩‍👧‍👦 " + "x" * 2000 + "</p>"
    (attached,) = letter.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "PUBLISH"
    assert attached.get_filename() == "interviews.ics"
    assert attached.get_payload(decode=True) == ics


def test_no_line_is_longer_than_smtp_allows() -> None:
    post = Post()
    with serving(post) as at:
        send(Mailer(f"smtp://{at}{FROM}"), subject="欧阳" * 200, reply_name="O'Brien عبد " * 20, text="x" * 5000)
    assert max(map(len, post.written().splitlines())) <= 998
    assert post.letter()["Subject"] == "欧阳" * 200


@pytest.mark.parametrize(
    "name",
    [
        "Ślązak & Søn",
        "O'Brien, Ana",
        'Said "Ana"',
        "欧阳诸葛",
        "عبد الرحمن بن محمد",
        "श्रीमती सौदामिनी",
        "Ana 👩‍🔬",
        "A" * 80,
    ],
)
def test_names_in_any_script_are_shown_as_they_are(name: str) -> None:
    post = Post()
    with serving(post) as at:
        send(Mailer(f"smtp://{at}{FROM}"), reply_name=name)
    # Read with the older of Python's decoders: the newer one puts blanks between the words of a long encoded name.
    raw = message_from_bytes(post.written(), policy=compat32)
    shown, address = parseaddr(str(raw["Reply-To"]))
    assert (str(make_header(decode_header(shown))), address) == (name, "rui@example.com")


def test_a_retry_has_the_same_message_id_and_another_letter_has_not() -> None:
    first, again, other = mailed(), mailed(now=NOW + timedelta(hours=1)), mailed(key="loop-1/availability/2")
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"] != other["Message-ID"]
    assert "loop" not in first["Message-ID"]


def test_an_address_with_letters_of_its_own_goes_out_as_unicode() -> None:
    post = Post()
    with serving(post) as at:
        send(Mailer(f"smtp://{at}{FROM}"), to="józef@bücher.example")
    assert post.taken[0].rcpt_tos == ["józef@xn--bcher-kva.example"]
    assert post.taken[0].smtp_utf8 is True


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b"])
def test_no_header_can_be_put_in_through_a_name_or_a_subject(break_: str) -> None:
    evil = f"Ana{break_}Bcc: eve@example.net"
    letter = mailed(subject=evil, reply_name=evil)
    assert letter["Subject"] == "Ana Bcc: eve@example.net"
    assert letter["Reply-To"].addresses[0].display_name == "Ana Bcc: eve@example.net"
    assert "Bcc" not in letter


@pytest.mark.parametrize(
    "address",
    [
        "jo@example.org\r\nBcc: eve@example.net",
        "jo@example.org\nRCPT TO:<eve@example.net>",
        "jo@example.org, eve@example.net",
        "Jo <jo@example.org>",
        "jo@example.org> NOTIFY=<x",
        "jo",
        "jo@",
        "@example.org",
        "jo@example..org",
        "",
    ],
)
def test_what_is_not_one_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(MailRefused) as refused:
        send(Mailer("smtp://127.0.0.1:1" + FROM), to=address)
    assert refused.value.why in {
        "the address can't be read as one",
        "the address holds a line break",
        "the address is not complete",
    }


# ---- what goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "answer", "why", "wait"),
    [
        ("RCPT", "450 4.2.0 <jo@example.org> greylisted", "does not take the recipient now (450 4.2.0)", 5),
        ("RCPT", "421 4.7.0 Too many", "does not take the recipient now (421 4.7.0)", 2),
        ("MAIL", "451 Later", "does not take the sender now (451)", 5),
        ("DATA", "452 4.3.1 Disk full", "does not take the letter now (452 4.3.1)", 5),
    ],
)
def test_a_passing_trouble_is_tried_again(step: str, answer: str, why: str, wait: int) -> None:
    error, post = failing(**{step: answer})
    assert isinstance(error, MailUnavailable)
    assert (error.why, error.retry_after) == (f"the mail server {why}", timedelta(minutes=wait))
    assert error.maybe_sent is False
    assert post.taken == []


@pytest.mark.parametrize(
    ("step", "answer", "why"),
    [
        ("RCPT", "550 5.1.1 <jo@example.org>: no such user", "the mail server refused the recipient (550 5.1.1)"),
        ("MAIL", "553 5.7.1 not yours", "the mail server refused the sender (553 5.7.1)"),
        ("DATA", "554 5.7.1 spam from jo@example.org", "the mail server refused the letter (554 5.7.1)"),
    ],
)
def test_a_lasting_refusal_is_told_by_its_code_alone(step: str, answer: str, why: str) -> None:
    error, post = failing(**{step: answer})
    assert isinstance(error, MailRefused)
    assert (error.why, str(error)) == (why, why)
    assert post.taken == []


HELLO = ("220 ready", "250 hello")


@pytest.mark.parametrize(
    ("talk", "kind", "why"),
    [
        (("554 go away",), MailUnavailable, "the mail server is not ready (554)"),
        (("421 busy",), MailUnavailable, "the mail server is not ready (421)"),
        (HELLO, MailUnavailable, "the mail server went away"),
        (
            (*HELLO, "250 ok", "250 ok", "451 disk"),
            MailUnavailable,
            "the mail server does not take the letter now (451)",
        ),
        ((*HELLO, "250 ok", "250 ok", "554 no"), MailRefused, "the mail server refused the letter (554)"),
        ((*HELLO, "250 ok", "251 forwarded", "554 no"), MailRefused, "the mail server refused the letter (554)"),
    ],
)
def test_a_talk_that_breaks_off_early(
    talk: tuple[str, ...], kind: type[MailUnavailable | MailRefused], why: str
) -> None:
    with scripted(*talk) as at, pytest.raises(kind) as failed:
        send(Mailer(f"smtp://{at}{FROM}"))
    assert str(failed.value) == why


def test_an_address_that_the_server_can_not_take_is_refused() -> None:
    with scripted(*HELLO, "250 ok") as at, pytest.raises(MailRefused) as failed:
        send(Mailer(f"smtp://{at}{FROM}"), to="józef@example.org")
    assert failed.value.why == "the mail server can't send to an address with letters like these (SMTPUTF8)"


def test_a_letter_that_can_not_be_written_is_refused() -> None:
    with pytest.raises(MailRefused) as failed:
        send(Mailer("smtp://127.0.0.1:1" + FROM), text="half a letter: \ud83d")
    assert failed.value.why == "the letter can't be written as mail (UnicodeEncodeError)"


def test_a_letter_may_be_plain_text_alone() -> None:
    letter = mailed(html=None)
    assert (letter.get_content_type(), letter.get_content().strip()) == ("text/plain", "Hello")


def test_a_connection_lost_after_the_letter_may_have_sent_it() -> None:
    error, post = failing(DATA=HANG_UP)
    assert isinstance(error, MailUnavailable)
    assert (error.maybe_sent, error.why) == (True, "the mail server went away before it confirmed the letter")
    assert len(post.taken) == 1


def test_a_retry_after_a_lost_answer_is_the_same_letter() -> None:
    post = Post(answers={"DATA": HANG_UP})
    with serving(post) as at:
        mailer = Mailer(f"smtp://{at}{FROM}")
        with pytest.raises(MailUnavailable):
            send(mailer)
        post.answers.clear()
        send(mailer)
    first, again = ([line for line in _lines(letter) if line.startswith(b"Message-ID")] for letter in post.taken)
    assert len(first) == 1
    assert first == again


def _lines(letter: Envelope) -> list[bytes]:
    assert isinstance(letter.content, bytes)
    return letter.content.splitlines()


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailUnavailable) as failed:
        send(Mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}{FROM}", timeout=0.2))
    assert failed.value.why == "the mail server can't be reached"


def test_nobody_listening_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(MailUnavailable) as failed:
        send(Mailer(f"smtp://127.0.0.1:{port}{FROM}"))
    assert (failed.value.why, failed.value.retry_after) == ("the mail server can't be reached", timedelta(minutes=2))


def test_signing_in_uses_what_the_url_says() -> None:
    post = Post()
    with serving(post, with_sign_in=True) as at:
        send(Mailer(f"smtp://ana%40example.com:p%40ss%2Fword@{at}"))
    assert post.signed_in == [(b"ana@example.com", b"p@ss/word")]
    assert post.letter()["From"].addresses[0].addr_spec == "ana@example.com"


def test_a_refused_sign_in_waits_for_a_person_and_shows_no_password() -> None:
    post = Post()
    with serving(post, with_sign_in=True) as at, pytest.raises(MailUnavailable) as failed:
        send(Mailer(f"smtp://ana:hunter2@{at}{FROM}"))
    assert failed.value.why == "the mail server refused the sign-in (535)"
    assert failed.value.retry_after == timedelta(minutes=15)


def test_without_the_starttls_that_was_asked_for_nothing_is_sent() -> None:
    post = Post()
    with serving(post) as at, pytest.raises(MailUnavailable) as failed:
        send(Mailer(f"smtp+starttls://ana:hunter2@{at}{FROM}"))
    assert failed.value.why == "the mail server offers no STARTTLS or no sign-in, which SMTP_URL asks for"
    assert post.taken == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_an_encrypted_letter_arrives_where_the_certificate_is_trusted(scheme: str, tmp_path: Path) -> None:
    file = certificate(tmp_path)
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(file)
    post = Post()
    with serving(post, tls=ours) if scheme == "smtps" else serving(post, starttls=ours) as at:
        send(Mailer(f"{scheme}://{at}{FROM}", trust=ssl.create_default_context(cafile=str(file))))
        with pytest.raises(MailUnavailable) as failed:
            send(Mailer(f"{scheme}://{at}{FROM}"))
    assert post.letter()["Subject"] == "When can you come?"
    assert failed.value.why == "the mail server's certificate is not trusted"
