"""What the engine says reaches people in their words: titles and names instead of ids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.blocks import plainly
from handlers.blocks.text import mention
from hiring.model import Loop
from tests.handlers.blocks import world

WORLD = world.ordinary()
PLAN = replace(
    WORLD.loop.plan,
    sessions=(
        replace(
            WORLD.loop.plan.sessions[0],
            id="wrap-up",
            title="Wrap-up",
            seats=(
                replace(WORLD.loop.plan.sessions[0].seats[0], id="lead", any_of=("@hiring-manager", "data-platform")),
            ),
        ),
        replace(WORLD.loop.plan.sessions[0], id="talk", title="Talk", seats=()),
    ),
)
ANA, LEE = (person.id for person in list(WORLD.people.values())[:2])
MENTIONS = [mention(WORLD.people, who) for who in (ANA, LEE)]


def loop() -> Loop:
    return replace(WORLD.loop, plan=PLAN)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("wrap-up.lead needs someone who holds @hiring-manager", "“Wrap-up” needs the hiring manager"),
        (
            "wrap-up.lead needs someone who holds data-platform, and nobody does",
            "“Wrap-up” needs somebody qualified for data platform, and nobody is",
        ),
        ("wrap-up comes last", "“Wrap-up” comes last"),
        (f"calendars of {ANA}, {LEE} (data-platform)", f"The times at which {MENTIONS[0]} and {MENTIONS[1]} can"),
        (f"caps of {ANA} (data-platform)", f"How much {MENTIONS[0]} may interview"),
        (f"unavailable for data-platform: {ANA}", f"Unavailable: {MENTIONS[0]}"),
        ("unavailable", "Unavailable"),
        ("the candidate is available Wed 02 Dec 09:00-17:00", "The candidate can come Wed 02 Dec 09:00–17:00"),
        ("all of it on one date at most", "All of it must fit one day"),
        ("all of it on 2 dates at most", "All of it must fit 2 days"),
        ("2 dates instead of 1", "To spread it over 2 days"),
        ("a rest of 15 minutes after 120 at most", "A break of 15 minutes after 120 at most"),
        ("least load among 4 who could", "Interviews least that week, of 4 who could"),
        ("carries more: 60 min that week against 0", "Interviews more that week, 60 min against 0"),
        ("sits in talk.lead", "Sits in talk.lead"),
        ("sits in wrap-up.lead", "Sits in “Wrap-up”"),
        ("talk-show comes first", "Talk-show comes first"),
        ("<b> & something new", "&lt;b&gt; &amp; something new"),
        (f"one more person qualified for data-platform, such as {ANA}",
         f"One more person qualified for data platform, such as {MENTIONS[0]}"),
        (f"{ANA}'s week cap at 90 instead of 60", f"{MENTIONS[0]}'s week cap at 90 instead of 60"),
    ],
)  # fmt: skip
def test_a_sentence_of_the_engine_in_plain_words(said: str, read: str) -> None:
    assert plainly.plainly(said, loop(), people=WORLD.people) == read


def test_lengths_become_one_line_and_what_would_help_is_apart() -> None:
    because = (
        "talk takes 30 minutes",
        "wrap-up takes 60 minutes",
        "wrap-up comes last",
        "This would help: 2 dates instead of 1",
    )
    told = loop()
    assert plainly.hindrances(told, because, people=WORLD.people) == [
        "“Talk” (30 min) and “Wrap-up” (1 h) need a place, 1 h 30 min in all",
        "“Wrap-up” comes last",
    ]
    assert plainly.helps(told, because, people=WORLD.people) == [
        "To spread it over 2 days: a change of the plan, which holds for new loops"
    ]


def test_who_may_not_know_of_conflicts_reads_one_word_of_all_who_could_not() -> None:
    """By elimination, too, nobody is known to have a conflict; who could have sat there is told as ever."""
    third = list(WORLD.people)[2]
    others = ((ANA, "busy 10:00-10:30"), (LEE, "unavailable"), (third, "could just as well"))
    told = plainly.not_taken(others, loop(), people=WORLD.people, discreet=True)
    able = mention(WORLD.people, third)
    assert told == [f"Unavailable: {MENTIONS[0]} and {MENTIONS[1]}", f"Could just as well: {able}"]


def test_one_reason_is_said_once_with_everybody_it_holds_for() -> None:
    others = ((ANA, "busy 10:00-10:30"), (LEE, "busy 10:00-10:30"))
    assert plainly.not_taken(others, loop(), people=WORLD.people) == [
        f"Busy 10:00–10:30: {MENTIONS[0]} and {MENTIONS[1]}"
    ]
