"""How conflicts go, in figures that give nobody away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.blocks.rates import rates_modal
from hiring.model import Answer, Attestation, Left, Loop, Pin, StoodDown
from hiring.rules.rates import Pool, Rates, Repeated, quarters, rates
from tests.hiring import facts, worlds
from tests.hiring.facts import KNOWN

NOW = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
"""In the quarter after the one in which the loops of `facts` are."""
THEN = worlds.NOW


def told(number: int, answer: Answer | None) -> Loop:
    """A loop in which Ana was asked for the coding interview, and nobody else."""
    said = () if answer is None else (Attestation("ana", answer, THEN),)
    return replace(facts.chosen(), id=f"L{number}", seats=facts.SEATS[:1], attestations=said)


def coding(loops: list[Loop], now: datetime = NOW) -> Pool:
    (pool,) = [one for one in rates(loops, KNOWN, now=now).pools if one.skill == "coding"]
    return pool


def silent(number: int) -> Loop:
    gone = StoodDown("ana", THEN, "silent")
    return replace(told(number, None), seats=(), stood_down=(gone,), left=(Left("ana", THEN),))


def test_what_people_say_is_counted_by_what_they_were_asked_for() -> None:
    loops = [told(n, Answer.NO_CONFLICT) for n in range(13)] + [told(n, Answer.CONFLICT) for n in range(6)]
    loops += [told(n, Answer.UNSURE) for n in range(5)] + [silent(n) for n in range(9)]
    assert coding(loops) == Pool("2026 Q4", "coding", 30, 10, 5, 5, 5, 0, 0)


@pytest.mark.parametrize("others", range(5, 30))
def test_one_persons_answer_moves_no_figure_by_one(others: int) -> None:
    """Whoever knows what all others said learns at most that some boundary of a range was there, never a figure."""
    loops = [told(n, Answer.NO_CONFLICT) for n in range(others)]
    pools = [
        coding([*loops, told(99, answer)]) for answer in (Answer.NO_CONFLICT, Answer.CONFLICT, Answer.UNSURE, None)
    ]
    assert {(pool.conflict, pool.unsure, pool.silent, pool.asked) for pool in pools} == {(0, 0, 0, pools[0].asked)}
    assert all(figure % 5 == 0 for pool in pools for figure in (pool.asked, pool.no_conflict))


def test_a_quarter_is_told_when_it_is_over_and_stays_as_it_was() -> None:
    loops = [told(n, Answer.NO_CONFLICT) for n in range(10)]
    assert rates(loops, KNOWN, now=THEN + timedelta(days=10)).pools == ()
    changed = [
        replace(
            one, attestations=(*one.attestations, Attestation("ana", Answer.CONFLICT, NOW)), left=(Left("ana", NOW),)
        )
        for one in loops
    ]
    assert coding(changed, NOW + timedelta(days=1)) == coding(loops)
    assert [one.name for one in quarters(NOW)] == ["2026 Q4", "2026 Q3", "2026 Q2", "2026 Q1"]


def test_whoever_overrides_again_and_again_is_named_and_those_concerned_are_not() -> None:
    def overridden(number: int, by: str) -> Loop:
        return replace(told(number, None), pins=(Pin("ana", conflict=False, by=by, at=THEN, override=True),))

    found = rates([*(overridden(n, "rita") for n in range(3)), overridden(9, "remy")], KNOWN, now=NOW)
    assert found.repeated == (Repeated("rita", 3),)
    shown = repr(rates_modal(found, people=KNOWN))
    assert ("<@URITA> overrode 3 conflicts" in shown, "UANA" in shown, "Fewer than 5 asked: coding" in shown) == (
        True,
        False,
        True,
    )


def test_pins_count_in_the_quarter_in_which_they_were_made() -> None:
    pins = (Pin("ana", conflict=True, by="rita", at=THEN), Pin("ana", conflict=False, by="remy", at=NOW, override=True))
    loops = [replace(told(n, None), pins=pins) for n in range(5)]
    assert (coding(loops).pinned, coding(loops).overridden) == (5, 0)


def test_a_pool_is_a_picture_of_its_ranges_and_what_is_small_is_only_named() -> None:
    pools = (
        Pool("2026 Q3", "machine-learning", 25, 20, 5, 0, 0, 0, 0),
        Pool("2026 Q3", "sql", 0, 0, 0, 0, 0, 0, 0),
        Pool("2026 Q3", "coding", 0, 0, 0, 0, 0, 5, 0),
    )
    told = [block["text"]["text"] for block in rates_modal(Rates(pools, ()), people={})["blocks"][1:]]
    assert told == [
        "2026 Q3",
        (
            "*machine learning* · asked 25–29\n`▰▰▰▰▰▰▰▰▱▱` no conflict 20–24\n`▰▰▱▱▱▱▱▱▱▱` conflict 5–9\n"
            "_Fewer than 5 each: not sure, silent, pinned, overridden_"
        ),
        (
            "*coding* · asked fewer than 5\npinned 5–9\n"
            "_Fewer than 5 each: no conflict, conflict, not sure, silent, overridden_"
        ),
        "Fewer than 5 asked: sql",
    ]
