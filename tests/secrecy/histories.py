"""Random histories, played in pairs of worlds that differ only in what most may not see; everything else must be equal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from handlers import attesting as attest_desk
from handlers import commands, ids
from handlers import conflicts as conflict_desk
from handlers import deciding as decide_desk
from handlers import delegating as delegate_desk
from handlers import loops as loop_desk
from handlers import releasing as release_desk
from handlers import scorecards as card_desk
from handlers.desk import Ask
from hiring.flows import attesting, deciding, delegating, loops, releasing, scorecards
from hiring.model import (
    Answer,
    Candidate,
    Confidence,
    Ground,
    Lead,
    Loop,
    Outcome,
    Overall,
    Person,
    PersonId,
    Plan,
    Rating,
    Role,
    Scorecard,
    Tenure,
)
from hiring.rules.permissions import Refused
from hiring.rules.phase import panel
from tests.hiring.worlds import NOW
from tests.secrecy.company import JO, PEOPLE, PLAN, QUORUM
from tests.secrecy.world import ASKED, BOOKED, Seen, World, beginning

CARDS, GROUNDS, NEEDS, PROGRESS, EVIDENCE = "scorecards", "grounds", "accommodation", "progress", "evidence"
"""What differs between the two worlds of a history: contents, (progress) whether somebody has handed in at all, or
(evidence) where the candidate worked together with those who differ: that they did is so in both."""
SEATED = ("ana", "kim", "lee")
"""Who rates at first; others of `RATERS` come when a seat is refilled."""
RATERS = ("ana", "max", "lee", "noa", "kim", "pia", "tom")
WORDS = ("calm", "swift", "vague", "deep", "wrong", "patient", "sharp", "slow", "lively", "narrow", "honest", "broad")
SUGGESTED = 0.4
"""Of the histories about grounds, so many are about what suggests one."""
SHARED = (Tenure("Alder Works", 2018, 2025), Tenure("Birch Laboratories", 2022, 2026))
COMMANDS = (
    "", "help", "new", "status", "status Jo", "status Data", "feedback", "recuse", "swap", "pause", "prefs", "load",
    "decide", "digest", "bottlenecks", "nudge", "nonsense",
)  # fmt: skip
START = datetime(2026, 11, 25, 9, 0, tzinfo=NOW.tzinfo)
END = datetime(2026, 11, 25, 16, 0, tzinfo=NOW.tzinfo)


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something at a moment, whatever the scorecards say. `lot` decides what is left open."""

    at: datetime
    who: PersonId
    verb: str
    lot: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """`differ` are the people whose scorecards (or grounds) are not the same in both worlds."""

    seed: int
    stands: str
    plan: Plan
    about: str
    differ: frozenset[PersonId]
    steps: tuple[Step, ...]


def history(seed: int) -> History:
    lots = Random(seed)
    about = lots.choices((CARDS, GROUNDS, NEEDS, PROGRESS), weights=(6, 3, 1, 3))[0]
    if about == GROUNDS and Random(f"{seed} {EVIDENCE}").random() < SUGGESTED:
        about = EVIDENCE
    stands = BOOKED if about in {CARDS, PROGRESS} or lots.random() < 0.5 else ASKED
    differ = frozenset(lots.choice((*((one,) for one in SEATED), SEATED[:2], RATERS)))
    steps = sorted([*_written(lots), *_happening(lots, stands)], key=lambda step: step.at)
    plan = QUORUM if lots.random() < 0.6 else PLAN
    return History(seed, stands, plan, about, differ, tuple(steps))


def _written(lots: Random) -> Iterator[Step]:
    """Most raters begin, most hand in, some late, some amend."""
    for rater in RATERS:
        begun = datetime(2026, 11, 25, 10, 0, tzinfo=NOW.tzinfo) + timedelta(minutes=lots.randrange(600))
        if lots.random() < 0.6:
            yield Step(begun, rater, "type", lots.randrange(10**6))
        if lots.random() < 0.2:
            yield Step(begun + timedelta(minutes=1), rater, "fail", lots.randrange(10**6))
        handed_in = begun + timedelta(minutes=lots.choice((5, 30, 200, 2400, 4000)))
        if lots.random() < 0.85:
            yield Step(handed_in, rater, "submit", lots.randrange(10**6))
        if lots.random() < 0.3:
            yield Step(handed_in + timedelta(minutes=lots.randrange(1, 2000)), rater, "amend", lots.randrange(10**6))


def _happening(lots: Random, stands: str) -> Iterator[Step]:
    """What else there is: questions about conflicts, people stepping aside, restarts, passing time, decisions."""
    for person in (*RATERS, "uli") if stands == ASKED else ():
        yield Step(NOW + timedelta(minutes=lots.randrange(600)), person, "attest", lots.randrange(10**6))
        yield Step(NOW + timedelta(minutes=lots.randrange(600, 900)), "rita", "judge", lots.randrange(10**6))
    if lots.random() < 0.5:
        yield Step(_some_time(lots), lots.choice(RATERS), "recuse", lots.randrange(10**6))
    if lots.random() < 0.3:
        yield Step(_some_time(lots), lots.choice(("hans", "rita", "olga", "lee")), "recuse", lots.randrange(10**6))
        yield Step(_some_time(lots), lots.choice(("hans", "rob", "ada")), "name", lots.randrange(10**6))
    if lots.random() < 0.2:
        yield Step(_some_time(lots), "rita", "replace", lots.randrange(10**6))
    for verb, who, chance in (
        ("restart", "rita", 0.3),
        ("nudge", "hans", 0.5),
        ("snooze", lots.choice(RATERS), 0.3),
        ("cancel", "rita", 0.05),
    ):
        if lots.random() < chance:
            yield Step(_some_time(lots), who, verb, lots.randrange(10**6))
    if lots.random() < 0.35:
        opener = lots.choice(("hans", "rita", "ada", "ana"))
        yield Step(END + timedelta(minutes=lots.randrange(-60, 3000)), opener, "early", lots.randrange(10**6))
    yield Step(END + timedelta(hours=lots.randrange(20, 80)), "hans", "decide", lots.randrange(10**6))
    for hours in (2, 12, 30):
        yield Step(START + timedelta(hours=hours, minutes=lots.randrange(500)), "rita", "look", lots.randrange(10**6))
    yield Step(END + timedelta(hours=90), "rita", "look", lots.randrange(10**6))


def _some_time(lots: Random) -> datetime:
    return NOW + timedelta(minutes=lots.randrange(300, 6000))


# ---- what differs ---------------------------------------------------------------------------------------------------------


def _variant(told: History, person: PersonId, world: int) -> int:
    return world if person in told.differ else 0


def a_card(told: History, loop: Loop, session: str, person: PersonId, lot: int, *, variant: int) -> Scorecard:
    """A scorecard that is fit to be handed in: scores, words and lengths follow from `lot` and `variant` alone."""
    lots = Random(f"{told.seed} {person} {session} {lot} {variant if told.about == CARDS else 0}")
    rubric = loop.plan.rubric(session)
    assert rubric is not None
    return Scorecard(
        loop=loop.id,
        session=session,
        author=person,
        rubric=rubric.id,
        rubric_version=1,
        ratings=tuple(Rating(c.id, lots.choice((1, 2, 3, 4, None)), _prose(lots)) for c in rubric.criteria),
        overall=lots.choice(tuple(Overall)),
        confidence=lots.choice(tuple(Confidence)),
        note=_prose(lots) if lots.random() < 0.7 else "",
    )


def _prose(lots: Random) -> str:
    return " ".join(lots.choices(WORDS, k=lots.randrange(12, 70)))


def a_conflict(told: History, person: PersonId, lot: int, answer: Answer, *, variant: int) -> attesting.Said:
    lots = Random(f"{told.seed} {person} {lot} {variant if told.about == GROUNDS else 0}")
    ground = lots.choice(tuple(Ground)) if answer is Answer.CONFLICT else None
    return attesting.Said(answer, ground=ground, note=_prose(lots))


def _candidate(told: History, world: int) -> Candidate:
    """What they need is kept for whoever arranges the day; no message says it so far, so nobody may see a difference."""
    if told.about == EVIDENCE:
        return replace(JO, employers=(replace(SHARED[world], name=f"{SHARED[world].name} GmbH"),))
    return replace(JO, accommodation=_prose(Random(f"{told.seed} {world}"))) if told.about == NEEDS else JO


def _people(told: History) -> tuple[Person, ...]:
    """In both worlds those who differ were at either place, so that something is suggested of the same people."""
    if told.about != EVIDENCE:
        return ()
    return tuple(replace(one, employers=SHARED) for one in PEOPLE if one.id in told.differ)


# ---- who may see what differs, said anew: the code's own rules are what is being tested --------------------------------------


def may_differ(told: History, world: World, viewer: str) -> bool:
    if told.about == PROGRESS:
        aside = {one.person for one in world.loop().barred}
        return viewer in told.differ or viewer in {"hans", "olga", "rita", "rob", "ada", "operator", "disk"} - aside
    if told.about in {GROUNDS, EVIDENCE}:
        aside = {one.person for one in world.loop().barred}
        reads = viewer in {world.loop().recruiter, "ines"} - aside
        # Where people worked is no secret of the loop: it lies in the database as it was imported.
        return viewer in told.differ or reads or (viewer == "disk" and told.about == EVIDENCE)
    if told.about == NEEDS or viewer not in _KNOWN:
        return False
    return viewer in told.differ or _opened_to(world.loop(), viewer)


def _opened_to(loop: Loop, viewer: PersonId) -> bool:
    if loop.released is None or viewer in {one.person for one in loop.barred}:
        return False
    if viewer in {loop.hiring_manager, loop.recruiter} or _KNOWN[viewer] & {Role.AUDITOR, Role.ADMIN}:
        return True
    handed_in = {(card.session, card.person) for card in loop.submitted if not card.void}
    rates = {(seat.session, seat.person) for seat in loop.seats if seat.person == viewer and seat.id != "shadow"}
    concerned = any(seat.person == viewer for seat in loop.seats) or any(c.person == viewer for c in loop.submitted)
    return concerned and rates <= handed_in


_KNOWN = {person.id: set(person.roles) for person in PEOPLE}


# ---- playing ----------------------------------------------------------------------------------------------------------------


def played(told: History, world_number: int, home: Path) -> tuple[list[Seen], Loop]:
    """Everything that reached anybody, in order, and how the loop ended."""
    beginning(told.stands, told.plan, home)
    with World(home, may_differ=lambda world, viewer: may_differ(told, world, viewer)) as world:
        assert {seat.person for seat in world.loop().seats} == {*SEATED, "uli"}
        with world.database.begin() as uow:
            uow.save_candidate(_candidate(told, world_number))
            for one in _people(told):
                uow.save_person(one)
        lots = Random(told.seed)
        for step in told.steps:
            world.clock.at = step.at
            if step.verb in _BY_RATERS and step.who not in panel(world.loop()):
                continue
            if not (told.about == PROGRESS and step.verb in _HANDING_IN and _variant(told, step.who, world_number)):
                _VERBS[step.verb](told, world, step, _variant(told, step.who, world_number))
            world.work()
            if step.verb in _HANDING_IN or step.verb == "early":
                for question, person in RATERS_ASK:
                    question(world, person)
            _some_ask(world, lots, 3)
        guess = [card for card in world.written if card.author in told.differ] if world_number == 0 else None
        _GUESSES[told.seed] = guess if guess is not None else _GUESSES[told.seed]
        world.operator_looks(_GUESSES[told.seed])
        return world.seen, world.loop()


_GUESSES: dict[int, list[Scorecard]] = {}
"""Of each history, the first world's scorecards: what somebody would guess in both."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`wrong` is what differs and must not; `rightly` counts what may differ and does."""

    wrong: tuple[tuple[Seen | None, Seen | None], ...]
    rightly: int


def differences(told: History) -> Compared:
    """Plays both worlds and holds what reached each viewer side by side, in order, with the times."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        left, first = played(told, 0, Path(one))
        right, second = played(told, 1, Path(other))
    if told.about == PROGRESS:  # whether all are in decides the release, and from there on the worlds go their ways
        ends = [loop.released.at for loop in (first, second) if loop.released is not None]
        left, right = ([seen for seen in all_ if not ends or seen.at < min(ends)] for all_ in (left, right))
    wrong: list[tuple[Seen | None, Seen | None]] = []
    rightly = 0
    for viewer in dict.fromkeys(seen.viewer for seen in (*left, *right)):
        mine, theirs = ([seen for seen in all_ if seen.viewer == viewer] for all_ in (left, right))
        if told.about == PROGRESS and any(seen.open for seen in (*mine, *theirs)):
            rightly += mine != theirs
            continue
        wrong += [pair for pair in zip_longest(mine, theirs) if not _same(*pair)]
        rightly += sum(a.body != b.body for a, b in zip(mine, theirs, strict=False) if a.open)
    return Compared(tuple(wrong), rightly)


def _same(one: Seen | None, other: Seen | None) -> bool:
    if one is None or other is None:
        return False
    same_moment = (one.at, one.what, one.open) == (other.at, other.what, other.open)
    return same_moment and (one.open or one.body == other.body)


def _some_ask(world: World, lots: Random, count: int) -> None:
    """Half of it what somebody would well ask, half of it anything by anybody."""
    for _ in range(count):
        likely = lots.choice(LIKELY)
        question, person = likely if lots.random() < 0.5 else (lots.choice(QUESTIONS), lots.choice(PEOPLE).id)
        question(world, person)


def _command(text: str) -> Callable[[World, PersonId], None]:
    def asked(world: World, person: PersonId) -> None:
        world.ask(person, f"/interview {text}", commands.interview, text=text)

    return asked


def _pressed(what: str, do: Callable[[Ask], object], *values: str) -> Callable[[World, PersonId], None]:
    def asked(world: World, person: PersonId) -> None:
        world.ask(person, f"{what} {values}", do, values=("L1", *values))  # type: ignore[arg-type]  # each is a listener's function

    return asked


def _stale_modal(world: World, person: PersonId) -> None:
    """A form kept open, or forged: handed in empty by whoever."""
    view = {"type": "modal", "private_metadata": "L1|coding", "blocks": [], "state": {"values": {}}}
    world.ask(person, "hand in", card_desk.submit, view=view)


QUESTIONS: tuple[Callable[[World, PersonId], None], ...] = (
    *(_command(text) for text in COMMANDS),
    *(_pressed("form", card_desk.open_form, session) for session in ("coding", "talk")),
    _pressed("rubric", card_desk.show_rubric, "coding"),
    _pressed("status", commands.loop_status),
    _pressed("summary", decide_desk.open_summary),
    _pressed("summary", decide_desk.open_summary, "1"),
    _pressed("decision", decide_desk.open_decision),
    _pressed("early", release_desk.ask_why),
    _pressed("codes", card_desk.check_codes),
    *(_pressed("name", delegate_desk.ask_whom, lead) for lead in Lead),
    _pressed("why", loop_desk.why, "1", "0"),
    _pressed("replace", loop_desk.open_replace),
    _pressed("cancel", loop_desk.open_cancel),
    _pressed("conflicts", conflict_desk.review),
    *(_pressed("pin", conflict_desk.ask_why_not, person) for person in ("ana", "kim")),
    _pressed("ground", attest_desk.ask_ground),
    _pressed("step aside", attest_desk.recuse_from),
    lambda world, person: world.home_of(person),
    lambda world, person: world.home_of(person),
    lambda world, _: world.page(),
    _stale_modal,
)


RATERS_ASK: tuple[tuple[Callable[[World, PersonId], None], PersonId], ...] = tuple(
    (question, rater)
    for rater in SEATED
    for question in (
        _pressed("form", card_desk.open_form, "talk" if rater == "lee" else "coding"),
        _pressed("codes", card_desk.check_codes),
        _pressed("summary", decide_desk.open_summary),
    )
)
"""What raters try as soon as somebody has handed in, or scorecards were opened early."""
LIKELY: tuple[tuple[Callable[[World, PersonId], None], PersonId], ...] = (
    *(
        (question, lead)
        for lead in ("rita", "hans", "rob")
        for question in (
            _command("status"),
            _command("status Jo"),
            _command("bottlenecks"),
            _pressed("summary", decide_desk.open_summary),
            _pressed("conflicts", conflict_desk.review),
            lambda world, person: world.home_of(person),
        )
    ),
    *RATERS_ASK,
    *(
        (question, rater)
        for rater in SEATED
        for question in (_command("feedback"), lambda world, person: world.home_of(person))
    ),
)


def _sits(loop: Loop, person: PersonId) -> str | None:
    return next((s.session for s in loop.seats if s.person == person and s.id != "shadow"), None)


def _type(told: History, world: World, step: Step, variant: int) -> None:
    loop = world.loop()
    session = _sits(loop, step.who)
    if session is None or loop.booked_at is None:
        return
    card = a_card(told, loop, session, step.who, step.lot, variant=variant)
    fields = {f"evidence:{rating.criterion}": rating.evidence for rating in card.ratings} | {"note": card.note}
    with world.database.begin() as uow:
        scorecards.keep_field(uow, loop, session, fields, by=uow.person(step.who), now=step.at)
    world.written.append(card)


def _submit(told: History, world: World, step: Step, variant: int) -> None:
    loop = world.loop()
    session = _sits(loop, step.who)
    if session is None:
        return
    card = a_card(told, loop, session, step.who, step.lot, variant=variant)
    if step.verb == "fail":
        card = replace(card, ratings=tuple(replace(r, score=4, evidence=r.evidence[:3]) for r in card.ratings))
    with world.database.begin() as uow:
        done = scorecards.submit(uow, loop, card, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "handed in", repr(done) if not isinstance(done, Loop) else "")
    if isinstance(done, Loop):
        world.written.append(replace(card, at=step.at))


def _attest(told: History, world: World, step: Step, variant: int) -> None:
    answer = (Answer.NO_CONFLICT, Answer.NO_CONFLICT, Answer.CONFLICT, Answer.UNSURE)[step.lot % 4]
    said = a_conflict(told, step.who, step.lot, answer, variant=variant)
    world.said.append(said)
    with world.database.begin() as uow:
        done = attesting.answer(uow, uow.loop("L1"), said, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "attested", repr(done) if isinstance(done, Refused) else "")


def _recuse(told: History, world: World, step: Step, variant: int) -> None:
    said = a_conflict(told, step.who, step.lot, Answer.CONFLICT, variant=variant)
    world.said.append(said)
    with world.database.begin() as uow:
        done = attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "stepped aside", repr(done) if isinstance(done, Refused) else "")


def _judge(_: History, world: World, step: Step, __: int) -> None:
    """The recruiter pins whoever is unsure or needs a look, one way or the other; now and then somebody overrides it."""
    loop = world.loop()
    by = "rita" if step.lot % 3 else "rob"
    waiting = [said.person for said in loop.attestations if said.answer is Answer.UNSURE]
    waiting += [look.person for look in loop.looks] + [pin.person for pin in loop.pins if pin.conflict]
    for person in waiting[-1:]:
        about = ids.pack("L1", person, "no_conflict" if step.lot % 2 else "conflict")
        view = {
            "type": "modal",
            "private_metadata": about,
            "blocks": [],
            "state": {"values": {"reason": {"field.value": {"type": "plain_text_input", "value": "As they say."}}}},
        }
        world.ask(by, "pin", conflict_desk.pin, values=ids.unpack(about), view=view)


def _by_rita(_: History, world: World, step: Step, __: int) -> None:
    loop = world.loop()
    seated = panel(loop)
    with world.database.begin() as uow:
        by = uow.person(step.who)
        if step.verb == "cancel":
            done: object = loops.cancel(uow, loop, reason="The role was closed.", by=by, now=step.at)
        elif not seated:
            return
        else:
            out = seated[step.lot % len(seated)]
            done = loops.replace_person(uow, loop, out, reason="They fell ill.", by=by, now=step.at)
    world.saw(step.who, step.verb, repr(done) if isinstance(done, Refused) else "")


def _nudge(_: History, world: World, step: Step, __: int) -> None:
    seated = panel(world.loop())
    if seated:
        to = seated[step.lot % len(seated)]
        world.ask(step.who, "nudge", decide_desk.nudge, values=("L1", to, "scorecard"))


def _snooze(_: History, world: World, step: Step, __: int) -> None:
    world.ask(step.who, "snooze", card_desk.snooze, values=("L1", _sits(world.loop(), step.who) or "talk", "hour"))


def _decide(_: History, world: World, step: Step, __: int) -> None:
    outcome = tuple(Outcome)[step.lot % 3]
    verdict = deciding.Verdict(outcome, reason="They do what the job brings every week.")
    with world.database.begin() as uow:
        done = deciding.decide(uow, uow.loop("L1"), verdict, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "decided", repr(done) if isinstance(done, Refused) else "")


def _early(_: History, world: World, step: Step, __: int) -> None:
    with world.database.begin() as uow:
        why = "Somebody is ill until next week, and the candidate can't wait."
        done = releasing.open_early(uow, uow.loop("L1"), reason=why, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "opened early", repr(done) if isinstance(done, Refused) else "")


def _name(_: History, world: World, step: Step, __: int) -> None:
    """Whoever leads no more is followed by a colleague or an admin."""
    with world.database.begin() as uow:
        for lead in Lead:
            to = uow.person(("rob", "ada")[step.lot % 2] if lead is Lead.RECRUITER else "ada")
            done = delegating.name(uow, uow.loop("L1"), lead, to, by=uow.person(step.who), now=step.at)
            world.saw(step.who, "named", repr(done) if isinstance(done, Refused) else "")


def _look(_: History, world: World, step: Step, __: int) -> None:
    """Many ask many things; the operator looks, too."""
    _some_ask(world, Random(step.lot), 12)
    world.operator_looks(())


def _restart(_: History, world: World, __: Step, ___: int) -> None:
    world.restart()


_HANDING_IN = frozenset({"submit", "amend"})
_BY_RATERS = frozenset({"type", "submit", "fail", "amend", "snooze", "attest"})
_VERBS: dict[str, Callable[[History, World, Step, int], None]] = {
    "type": _type,
    "submit": _submit,
    "fail": _submit,
    "amend": _submit,
    "attest": _attest,
    "recuse": _recuse,
    "judge": _judge,
    "replace": _by_rita,
    "cancel": _by_rita,
    "nudge": _nudge,
    "snooze": _snooze,
    "decide": _decide,
    "early": _early,
    "name": _name,
    "look": _look,
    "restart": _restart,
}
