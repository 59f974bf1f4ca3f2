"""What the surfaces are made of: a fact of each kind, as long as it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from handlers.blocks import (
    mine,
    options,
    standing,
    take_home,
)
from handlers.blocks.message import Message
from hiring.flows.conflicts import Case
from hiring.flows.self_service import Load
from hiring.model import (
    Answer,
    AuditEntry,
    Delivery,
    Disclosure,
    Drift,
    Drifted,
    Ground,
    Kind,
    Loop,
    Opening,
    Option,
    Outcome,
    Person,
    Pin,
    Release,
    ReleaseHow,
    TakeHome,
)
from hiring.ports import DeadLetter
from hiring.rules.blind import BlindWork
from hiring.rules.bottlenecks import Bottleneck, Stuck
from hiring.rules.digest import Digest, DigestLine
from hiring.rules.grounds import Strength
from hiring.rules.phase import Phase
from hiring.rules.proving import Checked
from hiring.rules.suggestions import Clue, Suggestion
from tests.handlers.blocks.world import NASTY, NOW, START, World, filled

NOTE = filled(3000, NASTY)
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


def blind_work(note: str, many: int) -> BlindWork:
    return BlindWork(
        "Candidate K101", f"https://neutral.example/{'x' * 1900}", (note,) * min(many, take_home.MOST_FILES)
    )


def awaited(loop: Loop) -> Loop:
    """The same done at home, before anything came in."""
    plan = replace(loop.plan, take_home=TakeHome(prompt="Count the bikes."), sessions=loop.plan.sessions[:1])
    return loop.with_(
        plan=plan, sessions=(), seats=(), booked_at=None, released=None, decision=None, asked_availability_at=NOW
    )


def an_option(world: World) -> Option:
    planning = world.loop.planning
    assert planning is not None
    return planning.options[0]


def drifts(world: World) -> tuple[Drift, ...]:
    return tuple(Drift(session.id, what, world.rater.id) for session in world.loop.sessions for what in Drifted)


def checked(world: World, many: int) -> tuple[Checked, ...]:
    return tuple(Checked("coding", world.rater.id, "ABCDE-FGHIJ", n % 3 > 0, n % 2 > 0) for n in range(many))


def entries(world: World, note: str, many: int) -> tuple[AuditEntry, ...]:
    facts = (("of", world.rater.id), ("person", "gone"), (note[:300], note))
    return tuple(AuditEntry(NOW, who, note[:100], "l1", facts) for who in (world.rater.id, note) * many)


def opened_early(world: World, note: str) -> Loop:
    """Opened early by the recruiter while everybody still owes."""
    opened = Release(NOW, ReleaseHow.EARLY, by=world.loop.recruiter, reason=note)
    return replace(world.loop, released=opened, submitted=(), decision=None)


def noticed(world: World) -> tuple[Suggestion, ...]:
    """One of each kind, as long as names may be."""
    own = filled(200, NASTY)
    return tuple(Suggestion(world.rater.id, Strength.LOOK, clue, own, own) for clue in Clue)


def in_line(people: dict[str, Person]) -> dict[str, Person]:
    """Everybody reports to one of them."""
    boss = min(people)
    return {key: replace(one, manager=boss) if key != boss else one for key, one in people.items()}


def cases(world: World, note: str, many: int) -> tuple[Case, ...]:
    loop, person = world.loop.id, world.rater.id
    said = (
        Disclosure(loop, person, Answer.UNSURE, NOW, note=note),
        Disclosure(loop, person, Answer.CONFLICT, NOW, ground=Ground.FRIEND, note=note),
        Disclosure(loop, person, Answer.NO_CONFLICT, NOW, note=note, by=world.recruiter.id),
    )
    pin = Pin(person, conflict=True, by=world.recruiter.id, at=NOW)
    return (
        Case(person, noticed(world), said[::2], pin, is_barred=True),
        Case(person, noticed(world), said),
        Case(person, noticed(world), is_open=True),
    ) * max(many // 10, 1)


def openings(world: World, many: int) -> list[Opening]:
    return [replace(world.opening, id=f"o{n}") for n in range(many)]


def digest_of(world: World, many: int) -> Digest:
    lines = [DigestLine(world.loop.id, world.candidate.name, kind, START) for kind in Phase]
    lines.append(DigestLine(world.loop.id, world.candidate.name, Phase.DECIDED, None, Outcome.ADVANCE))
    return Digest(world.opening, MONDAY, tuple(lines * max(many // 10, 1)))


def standings(world: World, many: int) -> tuple[standing.Standing, ...]:
    kinds = [kind for kind in Phase for _ in range(max(many // 10, 1))]
    return tuple(
        standing.Standing(
            world.loop.id, world.candidate.name, world.opening.title, kind, START, world.loop.hiring_manager
        )
        for kind in kinds
    )


def interviews(world: World, many: int) -> tuple[mine.Interview, ...]:
    return tuple(
        mine.Interview(
            world.loop.id, session.id, world.loop.plan.session(session.id).title, session.start, session.end,
            world.candidate.name if place % 2 else None, session.link,
        )
        for _ in range(max(many // 10, 1))
        for place, session in enumerate(world.loop.sessions)
    )  # fmt: skip


def owed(world: World, many: int) -> tuple[mine.Owed, ...]:
    title = world.loop.plan.session("coding").title
    one = mine.Owed(world.loop.id, "coding", title, world.candidate.name, NOW, draft_saved=True)
    return (one,) * max(many // 10, 1)


def asked(world: World, many: int) -> tuple[mine.Asked, ...]:
    return (mine.Asked(world.loop.id, world.candidate.name, world.candidate.employer),) * max(many // 10, 1)


def load_of(world: World) -> Load:
    weeks = tuple((MONDAY + timedelta(weeks=offset), 90 * (offset + 3)) for offset in range(-3, 4))
    return Load(world.rater, weeks)


def letter(world: World) -> DeadLetter:
    delivery = Delivery(key=filled(300, "brief/loop/"), kind=Kind.BRIEF, to=world.rater.id)
    return DeadLetter(delivery=delivery, reason=NOTE, attempt=8)


def offered(world: World) -> Message:
    zone = world.recruiter.zone
    return options.options(world.loop, candidate=world.candidate, opening=world.opening, people=world.people, zone=zone)


def bottleneck(world: World, stuck: Stuck) -> Bottleneck:
    return Bottleneck("k", world.loop.id, stuck, world.loop.hiring_manager, START, 600, 480)
