"""What `SMTP_URL` may say, and how a wrong one is explained."""

from __future__ import annotations

import pytest

from bot.mail import Mailer, MailSettingFault


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("", "SMTP_URL begins with none of smtp://, smtp+starttls://, smtps://."),
        ("https://ana:hunter2@example.com", "SMTP_URL begins with none of smtp://, smtp+starttls://, smtps://."),
        ("smtp://ana:hunter2#x@example.com", "SMTP_URL can't be read."),
        ("smtp://ana:hunter2/x@example.com", "SMTP_URL can't be read."),
        ("smtp://ana:hunter2@example.com:port", "SMTP_URL can't be read."),
        ("smtp://ana:hunter2@[example.com", "SMTP_URL can't be read."),
        ("smtp://ana:hunter2@", "SMTP_URL names no host, or has something after it."),
        ("smtp://example.com/hunter2", "SMTP_URL names no host, or has something after it."),
        ("smtp://:hunter2@example.com", "SMTP_URL has a user or a password, but not both."),
        ("smtp://hunter2@example.com", "SMTP_URL has a user or a password, but not both."),
        (
            "smtp://ana%40example.com:hünter2@example.com",
            "The user and the password in SMTP_URL must be written in ASCII;",
        ),
        ("smtp://ana:hunter2@example.com", "SMTP_URL does not say which address letters come from."),
        ("smtp://example.com?from=hunter2", "SMTP_URL does not say which address letters come from."),
        (
            "smtp://example.com?from=hünter2@example.com",
            "The sender in SMTP_URL must be written in ASCII letters before its @.",
        ),
    ],
)
def test_a_wrong_url_is_explained_without_its_secrets(url: str, begins: str) -> None:
    with pytest.raises(MailSettingFault) as fault:
        Mailer(url)
    said = str(fault.value)
    assert said[: len(begins)] == begins
    assert "nter2" not in said
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__ or fault.value.__context__ is None


def test_a_mailer_does_not_show_its_password() -> None:
    mailer = Mailer("smtps://ana%40example.com:hunter2@mail.example.com")
    assert repr(mailer) == "Mailer(smtps://mail.example.com:465)"
