"""What suggests a ground: each clue with its evidence, the cut-off, the policy's strengths, and who sits with whom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.model import Candidate, Ground, Loop, Person, Submitted, TakeHome, Tenure
from hiring.rules.grounds import Policy, Strength
from hiring.rules.institutions import Company
from hiring.rules.relations import Relation, relations
from hiring.rules.suggestions import Clue, Known, Suggestion, above, strongest, suggestions, told
from tests.hiring import facts
from tests.hiring.worlds import ANA, JO, KIM, LEE, MAX, NOW, PEOPLE

HALDEN = Tenure("Halden Logistics", 2016, 2021)


def known(
    candidate: Candidate = JO,
    *people: Person,
    policy: Policy = Policy(),  # noqa: B008 - frozen
    earlier: tuple[Loop, ...] = (),
    internal: Person | None = None,
) -> Known:
    everybody = {one.id: one for one in (*PEOPLE, *people)}
    return Known(candidate, everybody, earlier, policy, 2026, internal)


def noticed(candidate: Candidate, person: Person, policy: Policy = Policy()) -> list[tuple[Clue, str, str]]:  # noqa: B008 - frozen
    found = suggestions(known(candidate, person, policy=policy), person)
    return [(one.clue, one.own, one.theirs) for one in found]


def test_nothing_is_suggested_of_strangers() -> None:
    assert [suggestions(known(), one) for one in PEOPLE] == [()] * len(PEOPLE)


def test_years_at_one_employer_or_school_that_overlap() -> None:
    ana = replace(ANA, employers=(HALDEN,), schools=(Tenure("Uni Tiefenbach", 2010, 2022),))
    jo = replace(
        JO,
        employers=(Tenure("HALDEN Logistics GmbH", 2021, None),),
        schools=(Tenure("Universität Tiefenbach", 2008, 2021),),
    )
    assert noticed(jo, ana) == [
        (Clue.EMPLOYER, "Halden Logistics, 2016–2021", "HALDEN Logistics GmbH, since 2021"),
        (Clue.SCHOOL, "Uni Tiefenbach, 2010–2022", "Universität Tiefenbach, 2008–2021"),
    ]


@pytest.mark.parametrize(
    ("own", "theirs", "is_told"),
    [
        ((2016, 2021), (2021, None), True),
        ((2016, 2020), (2021, None), False),
        ((2016, 2022), (2023, None), False),
        ((2024, None), (2016, 2023), False),
        ((2016, None), (2010, 2016), False),  # both there in 2016, and the candidate left ten years ago
        ((2016, 2021), (2015, 2019), False),  # within 2016-2019, and one of them left before the cut-off of 2021
        ((2016, 2021), (2015, 2021), True),
        ((None, None), (2015, 2022), True),
        ((None, None), (None, None), True),
        ((2022, 2022), (None, None), True),
    ],
)
def test_the_cut_off_and_the_years_that_are_not_known(
    own: tuple[int | None, int | None],
    theirs: tuple[int | None, int | None],
    is_told: bool,
) -> None:
    ana = replace(ANA, employers=(Tenure("Halden", *own),))
    assert bool(noticed(replace(JO, employers=(Tenure("Halden", *theirs),)), ana)) is is_told


def test_the_present_employer_counts_without_years() -> None:
    assert noticed(replace(JO, employer="Halden Logistics"), replace(ANA, employers=(HALDEN,))) == [
        (Clue.EMPLOYER, "Halden Logistics, 2016–2021", "Halden Logistics")
    ]


def test_the_present_employer_has_the_years_that_are_told_of_it() -> None:
    came = replace(JO, employer="Halden Logistics", employers=(Tenure("Halden Logistics", 2022, None),))
    assert noticed(came, replace(ANA, employers=(HALDEN,))) == []


def test_no_employer_is_the_same_as_none() -> None:
    assert noticed(replace(JO, employer=""), replace(ANA, employers=(Tenure("GmbH"), Tenure("")))) == []


def test_an_address_of_a_school() -> None:
    ana = replace(ANA, schools=(Tenure("Tiefenbach", 2018, 2022),))
    assert noticed(replace(JO, email="jo@tiefenbach.example"), ana) == [
        (Clue.DOMAIN, "Tiefenbach, 2018–2022", "tiefenbach.example")
    ]


def test_a_single_year_is_told_once() -> None:
    assert [told(Tenure("Globex", *years)) for years in ((2019, 2019), (2019, 2021), (2019, None), (None, 2021))] == [
        "Globex, 2019",
        "Globex, 2019–2021",
        "Globex, since 2019",
        "Globex",
    ]


def test_companies_that_the_policy_holds_together() -> None:
    policy = Policy(companies=(Company("Halden Logistics", ("Freight One",), ("halden.example",)),))
    jo = replace(JO, employer="", employers=(Tenure("Freight One", 2018, 2023),), email="jo@eu.halden.example")
    found = noticed(jo, replace(ANA, employers=(HALDEN,)), policy)
    assert found == [
        (Clue.EMPLOYER, "Halden Logistics, 2016–2021", "Freight One, 2018–2023"),
        (Clue.DOMAIN, "Halden Logistics, 2016–2021", "eu.halden.example"),
    ]


def test_an_address_of_a_place_that_was_left_long_ago() -> None:
    policy = Policy(companies=(Company("Halden Logistics", (), ("halden.example",)),))
    jo, left = replace(JO, employer="", email="jo@halden.example"), Tenure("Halden Logistics", 2010, 2020)
    assert noticed(jo, replace(ANA, employers=(left,)), policy) == []
    assert noticed(jo, replace(ANA, employers=(replace(left, end=2021),)), policy) != []


def test_a_mail_address_of_ours_that_is_nobodys() -> None:
    assert noticed(replace(JO, email="jo@lab.corvid.example"), ANA) == [
        (Clue.DOMAIN, "corvid.example", "lab.corvid.example")
    ]


def test_the_referrer_and_who_scored_them_before() -> None:
    before = replace(facts.wished(), id="L0", stage="Phone", submitted=(Submitted("s", "kim", NOW, "code"),))
    told = known(replace(JO, referrer="ana"), earlier=(before,))
    assert suggestions(told, ANA) == (Suggestion("ana", Strength.BARS, Clue.REFERRER),)
    assert suggestions(told, KIM) == (Suggestion("kim", Strength.BARS, Clue.INTERVIEWED, "Phone"),)


def test_who_scored_a_take_home_never_learnt_whose_it_was() -> None:
    work = replace(facts.wished().plan, take_home=TakeHome("Sort a million letters"))
    before = replace(facts.wished(), id="L0", plan=work, submitted=(Submitted("s", "kim", NOW, "code"),))
    assert suggestions(known(JO, earlier=(before,)), KIM) == ()


@pytest.mark.parametrize(("own", "theirs"), [("data", "platform"), ("", ""), ("", "platform"), ("data", "")])
def test_another_team_or_none_at_all_suggests_nothing(own: str, theirs: str) -> None:
    insider = replace(ANA, id="jo-inside", email=JO.email, manager=None, team=theirs)
    somebody = replace(MAX, manager=None, team=own)
    assert suggestions(known(JO, insider, somebody, internal=insider), somebody) == ()


def test_a_candidate_from_inside_and_their_reporting_line() -> None:
    insider = replace(ANA, id="jo-inside", email=JO.email, manager="kim", team="platform")
    people = (replace(KIM, manager="lee"), insider, replace(ANA, manager="jo-inside"), replace(LEE, team="platform"))
    told = known(JO, *people, internal=insider)
    team = replace(told.people["max"], team="platform")
    assert [one.clue for one in suggestions(told, told.people["kim"])] == [Clue.MANAGER]
    assert [one.clue for one in suggestions(told, told.people["lee"])] == [Clue.MANAGER]
    assert [one.clue for one in suggestions(told, told.people["ana"])] == [Clue.REPORT]
    assert suggestions(told, team) == (Suggestion("max", Strength.LOOK, Clue.TEAM, "platform"),)
    assert suggestions(told, insider) == ()


@pytest.mark.parametrize(
    ("managers", "chain"),
    [
        ({}, ()),
        ({"ana": "ana"}, ()),
        ({"ana": "kim"}, ("kim",)),
        ({"ana": "kim", "kim": "lee"}, ("kim", "lee")),
        ({"ana": "kim", "kim": "ana"}, ("kim",)),
        ({"ana": "kim", "kim": "lee", "lee": "kim"}, ("kim", "lee")),
        ({"ana": "somebody who left"}, ("somebody who left",)),
    ],
)
def test_the_chain_above_somebody_ends_even_where_it_runs_in_a_circle(
    managers: dict[str, str], chain: tuple[str, ...]
) -> None:
    people = {one.id: replace(one, manager=managers.get(one.id)) for one in (ANA, KIM, LEE)}
    assert above(people["ana"], people) == chain


def test_the_policy_gives_the_strength_and_the_strongest_comes_first() -> None:
    ana = replace(ANA, employers=(HALDEN,))
    jo = replace(JO, employer="Halden Logistics", referrer="ana")
    policy = Policy(strengths={Ground.REFERRED: Strength.LESSER, Ground.WORKED_TOGETHER: Strength.BARS})
    found = suggestions(known(jo, ana, policy=policy), ana)
    assert [(one.ground, one.strength) for one in found] == [
        (Ground.WORKED_TOGETHER, Strength.BARS),
        (Ground.REFERRED, Strength.LESSER),
    ]
    assert (strongest(found), strongest(())) == (Strength.BARS, Strength.NONE)
    silent = replace(policy, strengths=dict.fromkeys(Ground, Strength.NONE))
    assert suggestions(known(jo, ana, policy=silent), ana) == ()


def test_no_repr_tells_what_was_noticed() -> None:
    told = repr(
        suggestions(
            known(replace(JO, employer="Halden Logistics"), replace(ANA, employers=(HALDEN,))),
            replace(ANA, employers=(HALDEN,)),
        )
    )
    assert [word for word in ("Halden", "employer", "2016") if word in told] == []


def test_who_reports_to_whom_on_a_panel() -> None:
    people = {
        "ana": replace(ANA, manager="kim"),
        "kim": replace(KIM, manager="lee"),
        "lee": replace(LEE, manager="ana"),  # a circle ends where it closes
        "max": replace(ANA, id="max"),
    }
    assert relations(["ana", "max"], people) == ()
    assert relations(["max", "kim", "ana", "gone"], people) == (Relation("ana", "kim"), Relation("kim", "ana"))
    del people["lee"]
    assert relations(["max", "kim", "ana"], people) == (Relation("kim", "ana"),)


YEARS = st.none() | st.integers(1990, 2026)
TENURES = st.lists(st.builds(Tenure, st.sampled_from(["Halden", "Globex", "Initech"]), YEARS, YEARS), max_size=3).map(
    tuple
)


@given(TENURES, TENURES, st.integers(0, 40))
def test_what_is_suggested_has_two_sides_and_grows_with_the_cut_off(
    own: tuple[Tenure, ...], theirs: tuple[Tenure, ...], years: int
) -> None:
    ana = replace(ANA, employers=own)
    jo = replace(JO, employer="", employers=theirs)
    found = noticed(jo, ana, Policy(years=years))
    other = noticed(replace(JO, employer="", employers=own), replace(ANA, employers=theirs), Policy(years=years))
    assert sorted((b, a) for _, a, b in other) == sorted((a, b) for _, a, b in found)
    assert set(found) <= set(noticed(jo, ana, Policy(years=years + 1)))
