"""When two names mean one company or school, and whose a mail address is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.rules.institutions import Company, are_near, are_same, is_of, is_public, sounds_alike

SAME = (
    ("Acme Inc.", "ACME"),
    ("Acme, Inc", "Acme Incorporated"),
    ("Globex GmbH", "globex"),
    ("Globex GmbH & Co. KG", "Globex AG"),
    ("Ferretti S.p.A.", "Ferretti SpA"),
    ("Ferretti S. p. A.", "ferretti"),
    ("Smørrebrød A/S", "Smorrebrod"),
    ("Société Générale S.A.", "Societe Generale"),
    ("Müller & Söhne", "Mueller und Soehne"),
    ("L'Oréal", "Loreal"),
    ("J. P. Morgan", "JP Morgan"),
    ("The Globe", "Globe Ltd."),
    ("Face Book", "Facebook"),
    ("Marrow & Finch", "Marrow and Finch"),
    ("Halden Logistics", "Haldn Logistics"),
    ("Halden Logistics", "Halden Logisitcs"),
    ("Halden Logistics Deutschland GmbH", "Halden Logistics"),
    ("Universität Tiefenbach", "University of Tiefenbach"),
    ("Uni Tiefenbach", "Tiefenbach University"),
    ("株式会社サンプル", "サンプル"),
    ("ООО Ромашка", "Ромашка"),
    ("3 M", "3M"),
)
DIFFERENT = (
    ("Acme", "Apex"),
    ("Acme", "Acne Studios"),
    ("United", "United Airlines"),
    ("Studio 3", "Studio 5"),
    ("New York University", "New York Times"),
    ("University of Tiefenbach", "University of Hochwald"),
    ("Globex", "Initech"),
    ("Bank of Nord", "Bank of Sued"),
    ("AG", "SE"),
    ("", "Acme"),
    ("", ""),
    ("Meta", "Beta"),
    ("サンプル", "バンプル"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_institution_however_it_is_written(one: str, other: str) -> None:
    assert sounds_alike(one, other)
    assert sounds_alike(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_institutions_stay_two(one: str, other: str) -> None:
    assert not sounds_alike(one, other)
    assert not sounds_alike(other, one)


NORDLICHT = Company("Nordlicht Energie AG", ("Nordlicht Wind GmbH", "Windwerk Nord"), ("nordlicht.example",))


def test_the_policy_says_what_belongs_together() -> None:
    assert are_same("Windwerk Nord", "nordlicht energie", companies=[NORDLICHT])
    assert are_same("Windwerk Nord GmbH", "Nordlicht Wind", companies=[NORDLICHT])
    assert not are_same("Windwerk Nord", "nordlicht energie")
    assert not are_same("Windwerk Nord", "Globex", companies=[NORDLICHT])


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("globex.example", "globex.example", True),
        ("a@cs.uni.example", "b@UNI.example", True),
        ("uni.ac.uk", "cs.uni.ac.uk", True),
        ("cs.uni.example", "law.uni.example", False),
        ("halden.example", "corvid.example", False),  # of one length
        ("notglobex.example", "globex.example", False),
        ("a.ac.uk", "ac.uk", False),
        ("gmail.com", "gmail.com", False),
        ("mail.example", "mail.example", False),
        ("example", "globex.example", False),
        ("", "", False),
    ],
)
def test_a_domain_lies_within_another(one: str, other: str, near: bool) -> None:
    assert are_near(one, other, public=["mail.example"]) is near
    assert are_near(other, one, public=["mail.example"]) is near


@pytest.mark.parametrize(
    ("address", "name", "is_its"),
    [
        ("jo@globex.example", "Globex GmbH", True),
        ("jo@mail.globex.co.uk", "Globex", True),
        ("jo@halden-logistics.example", "Halden Logistics", True),
        ("jo@office.nordlicht.example", "Windwerk Nord", True),
        ("jo@office.nordlicht.example", "Globex", False),
        ("jo@cs.uni.example", "uni.example", True),
        ("jo@gmail.com", "Gmail", False),
        ("jo@co.uk", "Co", False),
        ("globex@other.example", "Globex", False),
    ],
)
def test_whose_a_mail_address_is(address: str, name: str, is_its: bool) -> None:
    assert is_of(address, name, companies=[NORDLICHT]) is is_its


def test_a_sub_domain_of_a_public_provider_is_public_and_nothing_that_only_ends_alike() -> None:
    assert [is_public(one, also=["@mail.example"]) for one in ("x.gmail.com", "notgmail.com", "mail.example")] == [
        True,
        False,
        True,
    ]


WORDS = st.lists(
    st.sampled_from(["Acme", "Globex", "GmbH", "S.p.A.", "the", "Łódź", "&", "株式会社", "3", "of", "Ü"]), max_size=5
).map(" ".join)
NAMES = st.text(max_size=40) | WORDS


@given(NAMES, NAMES)
def test_it_is_the_same_from_both_sides(one: str, other: str) -> None:
    assert sounds_alike(one, other) == sounds_alike(other, one)


@given(WORDS, st.sampled_from([" GmbH", " Inc.", ", Ltd", " S.p.A.", " AG", " & Co. KG"]))
def test_case_and_legal_form_make_no_other_company(name: str, form: str) -> None:
    assert sounds_alike(f"{name} Initech", f"  {name.upper()} INITECH{form} ")


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_address_fails_and_nearness_has_no_sides(one: str, other: str) -> None:
    assert are_near(one, other) == are_near(other, one)
