"""Leaks to be planted, one at a time: each changes one function, as a careless line of code would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

import bot.commands.standings
import bot.metrics
import handlers.blocks.home
import handlers.desk
import handlers.facts
import handlers.pages.app
import handlers.pages.letters
import hiring.flows.booking
import hiring.flows.conflicts
import hiring.flows.erasing
import hiring.flows.pool
import hiring.flows.scorecards
import hiring.flows.sweeping
import hiring.rules.blind
import hiring.rules.release
import hiring.rules.scorecards
from handlers.blocks import alerts, attest, booking, brief, dead_letter, digest, scorecard, status
from handlers.blocks.message import Message, Picture
from handlers.blocks.parts import context
from handlers.messages import scorecards as writing
from hiring.flows import deciding
from hiring.rules import sight
from store import sealing
from tests.secrecy import careless
from tests.secrecy.histories import CARDS, EVIDENCE, GROUNDS, NEEDS, PROGRESS, WHO

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Leak:
    """`about` is the kind of history in which it must come to light, when somebody does `verb`."""

    name: str
    about: str
    plant: Plant
    verb: str = ""


def _with(told: Any, text: str) -> Any:
    return replace(told, blocks=(*told.blocks, context(text))) if isinstance(told, Message) and text else told


def saying(where: Any, name: str, what: Callable[..., str]) -> Plant:
    """The message that `where.name` builds says a little more."""
    original = getattr(where, name)

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(where, name, lambda *a, **k: _with(original(*a, **k), what(*a, **k)))

    return plant


def showing(where: Any, name: str, picture: Callable[[], Picture]) -> Plant:
    original = getattr(where, name)

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(where, name, lambda *a, **k: replace(original(*a, **k), pictures=(picture(),)))

    return plant


def instead(where: Any, name: str, other: Callable[..., Any]) -> Plant:
    """`other` is called in place of `where.name`, with it as the first argument."""
    original = getattr(where, name)

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(where, name, lambda *a, **k: other(original, *a, **k))

    return plant


LEAKS: tuple[Leak, ...] = (
    Leak("a mean in /interview status", CARDS, saying(status, "status_loop", lambda *_, **__: careless.mean())),
    Leak("a mean in the list of loops", CARDS, saying(status, "status_list", lambda *_, **__: careless.mean())),
    Leak("a mean in the channel's digest", CARDS, saying(digest, "digest", lambda *_, **__: careless.mean())),
    Leak(
        "a count of bad scorecards in the digest",
        CARDS,
        saying(digest, "digest", lambda *_, **__: str(careless.bad_ones())),
    ),
    Leak("the order of rows in a list", CARDS, instead(handlers.facts, "visible", careless.in_row)),
    Leak("the time at which the digest is edited", CARDS, instead(hiring.flows.sweeping, "digest", careless.edited)),
    Leak("a log line", CARDS, instead(hiring.flows.scorecards, "settle", careless.logged)),
    Leak("a file name", CARDS, showing(digest, "digest", lambda: Picture(b"", "", "", f"{careless.secret()}.png"))),
    Leak(
        "a picture's size",
        CARDS,
        showing(digest, "digest", lambda: Picture(b"." * (int(careless.secret() or "0", 16) % 999), "", "", "")),
    ),
    Leak(
        "what is drawn in a picture of the same size",
        CARDS,
        showing(digest, "digest", lambda: Picture(careless.secret().ljust(6, "0").encode(), "", "", "")),
    ),
    Leak("a picture's alt text", CARDS, showing(digest, "digest", lambda: Picture(b"", careless.mean(), "", ""))),
    Leak(
        "a form that opens with another's scorecard",
        CARDS,
        instead(hiring.flows.scorecards, "form", careless.somebody_elses_form),
    ),
    Leak("another's draft as one's own in a request", CARDS, instead(writing, "begun", careless.draft_of_others)),
    Leak("another's draft as one's own at home", CARDS, instead(handlers.facts, "owed", careless.owed_home)),
    Leak(
        "a commitment without a nonce",
        CARDS,
        instead(sealing, "commitment", lambda do, text, **_: do(text, nonce="")),
    ),
    Leak("thanks with a mean", CARDS, saying(scorecard, "scorecard_thanks", lambda *_, **__: careless.mean())),
    Leak("a refusal that quotes the mean", CARDS, instead(deciding, "read_summary", careless.without_gate)),
    Leak("a refusal of a form that quotes", CARDS, instead(hiring.flows.scorecards, "may_write", careless.fault)),
    Leak("a release that depends on what was written", CARDS, instead(hiring.rules.release, "release", careless.early)),
    Leak(
        "all of it to an interviewer who still owes theirs", CARDS, instead(sight, "owes_unwritten", lambda *_: False)
    ),
    Leak("all of it to a recruiter of other openings", CARDS, instead(sight, "of_scorecards", careless.all_for("rob"))),
    Leak("a mean in an alert", CARDS, saying(alerts, "alert", lambda *_, **__: careless.mean())),
    Leak("a mean at the hiring manager's home", CARDS, instead(handlers.blocks.home, "home", careless.home)),
    Leak("a fact in the audit trail", CARDS, instead(hiring.flows.scorecards, "note", careless.noted)),
    Leak("a reference in a delivery", CARDS, instead(hiring.rules.scorecards, "make", careless.stored)),
    Leak(
        "a verdict in the loop's own row",
        CARDS,
        instead(hiring.flows.scorecards, "_with_submission", careless.with_overall),
    ),
    Leak("the length of what is sealed", CARDS, instead(sealing, "padded", lambda _, text: text.encode())),
    Leak("scorecards in an export before the release", CARDS, instead(sight, "for_record", careless.exported)),
    Leak("a reason in the list of deliveries", CARDS, instead(bot.commands.standings, "as_json", careless.listed)),
    Leak("a label in the metrics", CARDS, instead(bot.metrics._Standing, "_count", careless.counted)),
    Leak("a ground in the candidate's .ics", GROUNDS, instead(handlers.pages.app, "calendar_file", careless.invited)),
    Leak(
        "a line in the candidate's mail",
        CARDS,
        instead(handlers.pages.letters, "letter_for", careless.signed),
        "cancel",
    ),
    Leak(
        "a mean beside a dead letter",
        CARDS,
        saying(dead_letter, "dead_letter", lambda *_, **__: careless.mean()),
        "outage",
    ),
    Leak("a mean beside it in the status", CARDS, instead(dead_letter, "undelivered", careless.beside), "outage"),
    Leak("an error text that knows more", CARDS, instead(handlers.desk, "Refused", careless.said)),
    Leak(
        "how many messages an erasure takes", CARDS, instead(hiring.flows.erasing, "foresee", careless.taken), "erase"
    ),
    Leak("a comment in the candidate's page", CARDS, instead(handlers.pages.app, "render", careless.page)),
    Leak(
        "reminders that come sooner after a bad scorecard",
        CARDS,
        instead(hiring.rules.scorecards, "rungs_reached", careless.sooner),
    ),
    Leak(
        "how many are in, in the thanks",
        PROGRESS,
        saying(scorecard, "scorecard_thanks", lambda loop, **_: careless.progress(loop)),
    ),
    Leak(
        "how many are in, in a reminder",
        PROGRESS,
        saying(scorecard, "scorecard_remind", lambda loop, **_: careless.progress(loop)),
    ),
    Leak(
        "the digest edited when somebody hands in", PROGRESS, instead(hiring.flows.sweeping, "turns", careless.touched)
    ),
    Leak(
        "a ground to a colleague", GROUNDS, saying(booking, "stood_down", lambda *_, **__: careless.ground()), "recuse"
    ),
    Leak(
        "a ground among the engine's reasons",
        GROUNDS,
        instead(hiring.flows.pool, "barred", careless.reasoned),
        "recuse",
    ),
    Leak("a ground on the calendar", GROUNDS, instead(hiring.flows.booking, "events", careless.event), "recuse"),
    Leak("a ground in the brief", GROUNDS, saying(brief, "brief", lambda *_, **__: careless.ground()), "recuse"),
    Leak(
        "a ground in the next one's question",
        GROUNDS,
        saying(attest, "attest_ask", lambda *_, **__: careless.ground()),
        "recuse",
    ),
    Leak(
        "what connects people, to whoever asks", EVIDENCE, instead(hiring.flows.conflicts, "may_read", careless.anybody)
    ),
    Leak("where the candidate worked, to a rater", EVIDENCE, saying(scorecard, "scorecard_ask", careless.past)),
    Leak("a take-home's candidate by name, at home", WHO, instead(handlers.facts, "as_seen", careless.named)),
    Leak("a take-home's candidate by name, in messages", WHO, instead(hiring.rules.blind, "as_seen", careless.named)),
    Leak("a name in a file's name", WHO, instead(hiring.rules.blind, "cleaned", careless.uncleaned)),
    Leak("the length of a name in a handle", WHO, instead(hiring.rules.blind, "unseen", careless.lettered)),
    Leak("an accommodation to a rater", NEEDS, saying(scorecard, "scorecard_ask", careless.need)),
)
