"""The mail server is asked what it would take, and gets no letter."""

from __future__ import annotations

import pytest

from bot.mail import Mailer
from bot.mail_refusals import MailRefused
from tests.bot.post import Post, serving

FROM = "?from=interviews@example.com"


@pytest.mark.parametrize("to", ["", "jo@example.org", "józef@bücher.example"])
def test_what_a_letter_would_be_sent_to_is_tried_and_none_is_sent(to: str) -> None:
    post = Post()
    with serving(post) as at:
        Mailer(f"smtp://{at}{FROM}").rehearse(to)
    assert post.taken == []


@pytest.mark.parametrize("to", ["jo@example.org", "józef@example.org"])
def test_an_address_that_would_be_refused_is_told_and_not_named(to: str) -> None:
    with serving(Post(answers={"RCPT": "550 5.1.1 no such user"})) as at, pytest.raises(MailRefused) as refused:
        Mailer(f"smtp://{at}{FROM}").rehearse(to)
    assert refused.value.why == "the mail server refused the recipient (550 5.1.1)"


def test_what_is_no_address_is_told_before_the_server_is_asked() -> None:
    with pytest.raises(MailRefused) as refused:
        Mailer("smtp://127.0.0.1:1" + FROM).rehearse("jo")
    assert refused.value.why == "the address is not complete"
