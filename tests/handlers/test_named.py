"""Whom words typed into Slack may mean: not everybody can type every name."""

import pytest

from handlers.facts import is_called
from hiring.model import Candidate


@pytest.mark.parametrize(
    ("name", "email", "typed"),
    [
        ("Amélie Hartwig", "a.h@example.org", "amelie"),
        ("Amelie Hartwig", "a.h@example.org", "AMÉLIE h"),
        ("Дмитрий Соколов", "dmitri.sokolov@example.org", "sokolov"),
        ("Trần Minh Hiếu", "t@example.org", "tran minh"),
        ("ليلى حداد", "leila@example.org", "ليلى"),
        ("小野 美咲", "m.ono@example.org", "小野"),
    ],
)
def test_a_name_is_found_without_its_accents_and_by_the_mail_address(name: str, email: str, typed: str) -> None:
    assert is_called(Candidate(id="c1", name=name, email=email, zone="Europe/Berlin"), typed)


def test_another_name_is_not() -> None:
    assert not is_called(Candidate(id="c1", name="Amélie", email="a@example.org", zone="Europe/Berlin"), "amalie")
