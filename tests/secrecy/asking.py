"""What people ask for: commands, buttons and pages, the right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from handlers import attesting as attest_desk
from handlers import commands
from handlers import conflicts as conflict_desk
from handlers import deciding as decide_desk
from handlers import delegating as delegate_desk
from handlers import loops as loop_desk
from handlers import releasing as release_desk
from handlers import scorecards as card_desk
from handlers import self_service as service_desk
from handlers import take_home as work_desk
from handlers.desk import Ask
from hiring.model import Lead, PersonId
from tests.secrecy.company import PEOPLE
from tests.secrecy.histories import SEATED
from tests.secrecy.world import World

COMMANDS = (
    "", "help", "new", "status", "status Jo", "status Data", "feedback", "recuse", "swap", "pause", "prefs", "load",
    "decide", "digest", "bottlenecks", "nudge", "nonsense",
)  # fmt: skip
WRONGLY = 0.25
Question = Callable[[World, PersonId], None]


def some_ask(world: World, lots: Random, count: int) -> None:
    """Half of it what somebody would well ask, half of it anything by anybody, now and then what can't be right."""
    for _ in range(count):
        likely = lots.choice(LIKELY)
        anything = lots.choice(WRONG if lots.random() < WRONGLY else QUESTIONS), lots.choice(PEOPLE).id
        question, person = likely if lots.random() < 0.5 else anything
        question(world, person)


def raters_ask(world: World, lots: Random, count: int) -> None:
    """What raters try as soon as somebody has handed in, or scorecards were opened early."""
    for question, person in lots.sample(RATERS_ASK, count):
        question(world, person)


def _command(text: str) -> Question:
    def asked(world: World, person: PersonId) -> None:
        world.ask(person, f"/interview {text}", commands.interview, text=text)

    return asked


def _pressed(what: str, do: Callable[[Ask], object], *values: str, loop: str = "L1") -> Question:
    def asked(world: World, person: PersonId) -> None:
        world.ask(person, f"{what} {loop} {values}", do, values=(loop, *values))  # type: ignore[arg-type]  # each is a listener's function

    return asked


def _form(world: World, person: PersonId) -> None:
    """One's own, where one has one; else some other's."""
    loop = world.loop()
    session = next((seat.session for seat in loop.seats if seat.person == person), loop.plan.sessions[0].id)
    world.ask(person, f"form {session}", card_desk.open_form, values=("L1", session))


def _stale_modal(world: World, person: PersonId) -> None:
    """A form kept open, or forged: handed in empty by whoever."""
    session = world.loop().plan.sessions[0].id
    view = {"type": "modal", "private_metadata": f"L1|{session}", "blocks": [], "state": {"values": {}}}
    world.ask(person, "hand in", card_desk.submit, view=view)


def _stale_decision(world: World, person: PersonId) -> None:
    view = {"type": "modal", "private_metadata": "L1", "blocks": [], "state": {"values": {}}}
    world.ask(person, "decide", decide_desk.decide_now, values=("L1",), view=view)


def _another_form(world: World, person: PersonId) -> None:
    """Of a session or a loop that somebody has made up."""
    _pressed("form", card_desk.open_form, "no-such")(world, person)
    _pressed("form", card_desk.open_form, "coding", loop="L9")(world, person)


_PRESSED: tuple[tuple[str, Callable[[Ask], object], tuple[str, ...]], ...] = (
    ("form", card_desk.open_form, ("coding",)),
    ("form", card_desk.open_form, ("talk",)),
    ("rubric", card_desk.show_rubric, ("coding",)),
    ("status", commands.loop_status, ()),
    ("summary", decide_desk.open_summary, ()),
    ("summary", decide_desk.open_summary, ("1",)),
    ("decision", decide_desk.open_decision, ()),
    ("early", release_desk.ask_why, ()),
    ("codes", card_desk.check_codes, ()),
    *(("name", delegate_desk.ask_whom, (lead,)) for lead in Lead),
    ("why", loop_desk.why, ("1", "0")),
    ("replace", loop_desk.open_replace, ()),
    ("cancel", loop_desk.open_cancel, ()),
    ("conflicts", conflict_desk.review, ()),
    *(("pin", conflict_desk.ask_why_not, (person,)) for person in ("ana", "kim")),
    ("ground", attest_desk.ask_ground, ()),
    ("step aside", attest_desk.recuse_from, ()),
    ("swap", service_desk.open_swap, ()),
    ("work", work_desk.open_work, ()),
)


WRONG: tuple[Question, ...] = tuple(
    _pressed(what, do, *values, loop=loop)
    for what, do, _ in _PRESSED
    for loop, values in (("L9", ()), ("L2", ("1",)), ("L1", ("nobody", "x", "9")), ("", ()))
)
"""Every press, of a loop that is not this one, or with what a button never carries."""
QUESTIONS: tuple[Question, ...] = (
    *(_command(text) for text in COMMANDS),
    *(_pressed(what, do, *values) for what, do, values in _PRESSED),
    lambda world, person: world.home_of(person),
    lambda world, person: world.home_of(person),
    lambda world, _: world.page(),
    lambda world, _: world.page({"do": "send", "zone": "Europe/Berlin", "day0": "yesterday", "note": "<b>"}),
    _stale_modal,
    _stale_decision,
    _another_form,
)
RATERS_ASK: tuple[tuple[Question, PersonId], ...] = tuple(
    (question, rater)
    for rater in SEATED
    for question in (_form, _pressed("codes", card_desk.check_codes), _pressed("summary", decide_desk.open_summary))
)
LIKELY: tuple[tuple[Question, PersonId], ...] = (
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
