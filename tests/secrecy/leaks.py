"""Leaks to be planted, one at a time: each changes one function, as a careless line of code would."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
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
from hiring.model import Candidate, Loop, Overall, Person, Release, ReleaseHow
from hiring.rules import sight
from hiring.rules.permissions import Refused
from store import sealing
from tests.secrecy.histories import CARDS, EVIDENCE, GROUNDS, NEEDS, PROGRESS, WHO
from tests.secrecy.world import World

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Leak:
    """`about` is the kind of history in which it must come to light, when somebody does `verb`."""

    name: str
    about: str
    plant: Plant
    verb: str = ""


def secret() -> str:
    """Something that follows from what was written: the scores, the words and their length."""
    written = [
        repr((astuple(card.ratings[0]), card.overall, card.confidence, card.note))
        for world in World.now_playing
        for card in world.written
    ]
    return hashlib.sha256("".join(written).encode()).hexdigest()[:6] if written else ""


def mean() -> str:
    scores = [r.score for w in World.now_playing for card in w.written for r in card.ratings if r.score is not None]
    return f"{sum(scores) / len(scores):.2f}" if scores else ""


def bad_ones() -> int:
    return sum(card.overall is Overall.STRONG_NO for world in World.now_playing for card in world.written)


def odd() -> bool:
    return int(secret() or "0", 16) % 2 == 1


def ground() -> str:
    return ", ".join(str(said.ground) + said.note for world in World.now_playing for said in world.said)


def progress(loop: Loop) -> str:
    return f"{len(loop.submitted)} in"


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


def _logged(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    logging.getLogger("evenhand.scorecards").debug("handed in: %s", secret())
    return do(*a, **k)


def _noted(do: Callable[..., None], uow: Any, loop: Loop, verb: str, **facts: Any) -> None:
    do(uow, loop, verb, **facts, mean=mean())


def _in_row(do: Callable[..., Any], uow: Any, *a: Any, **k: Any) -> Any:
    found = do(uow, *a, **k)
    return tuple(reversed(found)) if odd() else found


def _edited(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    says = do(*a, **k)
    return replace(says, day=says.day, lines=(*says.lines, *says.lines[:1])) if bad_ones() else says


def _somebody_elses_form(do: Callable[..., Any], uow: Any, loop: Loop, session: str, *, by: Person, now: Any) -> Any:
    form = do(uow, loop, session, by=by, now=now)
    others = uow.scorecards(sight.Grant(loop.id, by.id, sight.Sight.ALL), now=now)
    mine = [card for card in others if card.session == session]
    return replace(form, submitted=mine[-1] if mine else form.submitted)


def _all_for(role: str) -> Callable[..., Any]:
    def verdict(do: Callable[..., Any], loop: Loop, viewer: Person) -> Any:
        return sight.Verdict(sight.Sight.ALL, "") if viewer.id == role else do(loop, viewer)

    return verdict


def _without_gate(do: Callable[..., Any], uow: Any, loop: Loop, *, by: Person, now: Any) -> Any:
    found = do(uow, loop, by=by, now=now)
    if isinstance(found, Refused) and mean():
        return Refused(f"{found.because} The mean so far is {mean()}.")
    return found


def _early(do: Callable[..., Any], loop: Loop, now: Any) -> Any:
    out = do(loop, now)
    waiting = out is None and loop.released is None and loop.cancelled is None and loop.booked_at is not None
    return Release(at=now, how=ReleaseHow.QUORUM) if waiting and loop.submitted and bad_ones() else out


def _with_overall(do: Callable[..., Loop], loop: Loop, card: Any, *a: Any, **k: Any) -> Loop:
    saved = do(loop, card, *a, **k)
    return replace(
        saved, submitted=tuple(replace(s, commitment=f"{s.commitment} {card.overall}") for s in saved.submitted)
    )


def _reasoned(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    return {person: f"{word} ({ground()})" for person, word in do(*a, **k).items()}


def _event(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    return tuple(replace(event, description=f"{event.description} {ground()}") for event in do(*a, **k))


def _sooner(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    """The next reminder comes earlier when somebody wrote a bad scorecard."""
    return do(*a, **k) + (1 if bad_ones() else 0)


def _touched(do: Callable[..., Any], loop: Loop) -> Any:
    return (*do(loop), len(loop.submitted))


def _page(do: Callable[..., str], template: str, **values: Any) -> str:
    return f"{do(template, **values)}<!-- {secret()} -->"


def _stored(do: Callable[..., Any], loop: Loop, tail: str, kind: Any, to: str = "", **k: Any) -> Any:
    made = do(loop, tail, kind, to, **k)
    return replace(made, refs=(*made.refs, ("mean", mean())))


def _home(do: Callable[..., Any], view: Any, **k: Any) -> Any:
    shown = do(view, **k)
    return {**shown, "blocks": [*shown["blocks"], context(f"so far {mean()}")]}


def _draft_of_others(do: Callable[..., Any], scene: Any, session: str) -> bool:
    return bool(do(scene, session)) or odd()


def _owed_home(do: Callable[..., Any], uow: Any, person: Person, **k: Any) -> Any:
    return tuple(replace(one, draft_saved=odd()) for one in do(uow, person, **k))


def _fault(do: Callable[..., Any], loop: Loop, session: str, by: Person, **k: Any) -> Any:
    found = do(loop, session, by, **k)
    return Refused(f"{found.because} ({secret()})") if isinstance(found, Refused) else found


def _anybody(do: Callable[..., Any], loop: Loop, by: Person) -> Any:
    return do(loop, by) if sight.is_barred(loop, by.id) else None


def _past(*_: Any, candidate: Candidate, **__: Any) -> str:
    return repr(candidate.employers)


def _need(*_: Any, candidate: Candidate, **__: Any) -> str:
    return candidate.accommodation


def _exported(do: Callable[..., Any], loop: Loop, reader: str) -> Any:
    return replace(do(loop, reader), sight=sight.Sight.ALL)


def _listed(do: Callable[..., Any], one: Any) -> Any:
    return {**do(one), "reason": mean()}


def _counted(do: Callable[..., None], standing: Any) -> None:
    do(standing)
    standing._phases |= {f"waiting {mean()}": 1}


def _invited(do: Callable[..., bytes], *a: Any, **k: Any) -> bytes:
    return do(*a, **k).replace(b"END:VCALENDAR", f"X-NOTE:{ground()}\r\nEND:VCALENDAR".encode())


def _signed(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    letter = do(*a, **k)
    return letter and replace(letter, text=f"{letter.text}\n{mean()}")


def _taken(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    goes = do(*a, **k)
    return goes if isinstance(goes, Refused) else replace(goes, messages=goes.messages + bad_ones())


def _said(refused: Callable[[str], Refused], because: str) -> Refused:
    return refused(f"{because} {secret()}")


def _named(_: Callable[..., Candidate], candidate: Candidate, *__: Any) -> Candidate:
    return candidate


def _uncleaned(_: Callable[..., str], text: str, *__: Any, **___: Any) -> str:
    return text


def _lettered(do: Callable[..., Any], loop: Loop, candidate: Candidate) -> Any:
    work = do(loop, candidate)
    return work and replace(work, handle=f"{work.handle}{len(candidate.name)}")


LEAKS: tuple[Leak, ...] = (
    Leak("a mean in /interview status", CARDS, saying(status, "status_loop", lambda *_, **__: mean())),
    Leak("a mean in the list of loops", CARDS, saying(status, "status_list", lambda *_, **__: mean())),
    Leak("a mean in the channel's digest", CARDS, saying(digest, "digest", lambda *_, **__: mean())),
    Leak("a count of bad scorecards in the digest", CARDS, saying(digest, "digest", lambda *_, **__: str(bad_ones()))),
    Leak("the order of rows in a list", CARDS, instead(handlers.facts, "visible", _in_row)),
    Leak("the time at which the digest is edited", CARDS, instead(hiring.flows.sweeping, "digest", _edited)),
    Leak("a log line", CARDS, instead(hiring.flows.scorecards, "settle", _logged)),
    Leak("a file name", CARDS, showing(digest, "digest", lambda: Picture(b"", "", "", f"{secret()}.png"))),
    Leak(
        "a picture's size",
        CARDS,
        showing(digest, "digest", lambda: Picture(b"." * (int(secret() or "0", 16) % 999), "", "", "")),
    ),
    Leak(
        "what is drawn in a picture of the same size",
        CARDS,
        showing(digest, "digest", lambda: Picture(secret().ljust(6, "0").encode(), "", "", "")),
    ),
    Leak("a picture's alt text", CARDS, showing(digest, "digest", lambda: Picture(b"", mean(), "", ""))),
    Leak(
        "a form that opens with another's scorecard",
        CARDS,
        instead(hiring.flows.scorecards, "form", _somebody_elses_form),
    ),
    Leak("another's draft as one's own in a request", CARDS, instead(writing, "begun", _draft_of_others)),
    Leak("another's draft as one's own at home", CARDS, instead(handlers.facts, "owed", _owed_home)),
    Leak(
        "a commitment without a nonce",
        CARDS,
        instead(sealing, "commitment", lambda do, text, **_: do(text, nonce="")),
    ),
    Leak("thanks with a mean", CARDS, saying(scorecard, "scorecard_thanks", lambda *_, **__: mean())),
    Leak("a refusal that quotes the mean", CARDS, instead(deciding, "read_summary", _without_gate)),
    Leak("a refusal of a form that quotes", CARDS, instead(hiring.flows.scorecards, "may_write", _fault)),
    Leak("a release that depends on what was written", CARDS, instead(hiring.rules.release, "release", _early)),
    Leak(
        "all of it to an interviewer who still owes theirs", CARDS, instead(sight, "owes_unwritten", lambda *_: False)
    ),
    Leak("all of it to a recruiter of other openings", CARDS, instead(sight, "of_scorecards", _all_for("rob"))),
    Leak("a mean in an alert", CARDS, saying(alerts, "alert", lambda *_, **__: mean())),
    Leak("a mean at the hiring manager's home", CARDS, instead(handlers.blocks.home, "home", _home)),
    Leak("a fact in the audit trail", CARDS, instead(hiring.flows.scorecards, "note", _noted)),
    Leak("a reference in a delivery", CARDS, instead(hiring.rules.scorecards, "make", _stored)),
    Leak("a verdict in the loop's own row", CARDS, instead(hiring.flows.scorecards, "_with_submission", _with_overall)),
    Leak("the length of what is sealed", CARDS, instead(sealing, "padded", lambda _, text: text.encode())),
    Leak("scorecards in an export before the release", CARDS, instead(sight, "for_record", _exported)),
    Leak("a reason in the list of deliveries", CARDS, instead(bot.commands.standings, "as_json", _listed)),
    Leak("a label in the metrics", CARDS, instead(bot.metrics._Standing, "_count", _counted)),
    Leak("a ground in the candidate's .ics", GROUNDS, instead(handlers.pages.app, "calendar_file", _invited)),
    Leak("a line in the candidate's mail", CARDS, instead(handlers.pages.letters, "letter_for", _signed), "cancel"),
    Leak("a mean beside a dead letter", CARDS, saying(dead_letter, "dead_letter", lambda *_, **__: mean()), "outage"),
    Leak("an error text that knows more", CARDS, instead(handlers.desk, "Refused", _said)),
    Leak("how many messages an erasure takes", CARDS, instead(hiring.flows.erasing, "foresee", _taken), "erase"),
    Leak("a comment in the candidate's page", CARDS, instead(handlers.pages.app, "render", _page)),
    Leak(
        "reminders that come sooner after a bad scorecard",
        CARDS,
        instead(hiring.rules.scorecards, "rungs_reached", _sooner),
    ),
    Leak(
        "how many are in, in the thanks",
        PROGRESS,
        saying(scorecard, "scorecard_thanks", lambda loop, **_: progress(loop)),
    ),
    Leak(
        "how many are in, in a reminder",
        PROGRESS,
        saying(scorecard, "scorecard_remind", lambda loop, **_: progress(loop)),
    ),
    Leak("the digest edited when somebody hands in", PROGRESS, instead(hiring.flows.sweeping, "turns", _touched)),
    Leak("a ground to a colleague", GROUNDS, saying(booking, "stood_down", lambda *_, **__: ground()), "recuse"),
    Leak("a ground among the engine's reasons", GROUNDS, instead(hiring.flows.pool, "barred", _reasoned), "recuse"),
    Leak("a ground on the calendar", GROUNDS, instead(hiring.flows.booking, "events", _event), "recuse"),
    Leak("a ground in the brief", GROUNDS, saying(brief, "brief", lambda *_, **__: ground()), "recuse"),
    Leak(
        "a ground in the next one's question",
        GROUNDS,
        saying(attest, "attest_ask", lambda *_, **__: ground()),
        "recuse",
    ),
    Leak("what connects people, to whoever asks", EVIDENCE, instead(hiring.flows.conflicts, "may_read", _anybody)),
    Leak("where the candidate worked, to a rater", EVIDENCE, saying(scorecard, "scorecard_ask", _past)),
    Leak("a take-home's candidate by name, at home", WHO, instead(handlers.facts, "as_seen", _named)),
    Leak("a take-home's candidate by name, in messages", WHO, instead(hiring.rules.blind, "as_seen", _named)),
    Leak("a name in a file's name", WHO, instead(hiring.rules.blind, "cleaned", _uncleaned)),
    Leak("the length of a name in a handle", WHO, instead(hiring.rules.blind, "unseen", _lettered)),
    Leak("an accommodation to a rater", NEEDS, saying(scorecard, "scorecard_ask", _need)),
)
