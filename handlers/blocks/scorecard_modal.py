"""The scorecard: every criterion with what each point looks like, its score and its evidence, saved at each step.

Fields are named `score:<criterion>`, `evidence:<criterion>`, `overall`, `confidence` and `note`; the same names stand in a
`Draft`, and as block ids (with `#n` behind them when what was typed must be thrown away by Slack's client, too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from typing import Any, Final

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.brief import anchor_words, criterion_words
from handlers.blocks.parts import Block, context, divider, field, modal, option, radios, section, text_input
from handlers.blocks.state import Errors, View, elements, length_fault, value_of
from handlers.blocks.text import name, size
from hiring.model import Candidate, Confidence, Criterion, Loop, Overall, Rating, Rubric

SCORE: Final = "score:"
EVIDENCE: Final = "evidence:"
OVERALL: Final = "overall"
CONFIDENCE: Final = "confidence"
NOTE: Final = "note"
NOT_ASSESSED: Final = "none"
"""The value of "could not assess"."""

_DESCRIPTION = 75
_MANY = 18
_POINTS = 9

OVERALL_WORDS: Final = {
    Overall.STRONG_NO: ("Strong no", "Clear evidence against"),
    Overall.NO: ("No", "More against than for"),
    Overall.YES: ("Yes", "More for than against"),
    Overall.STRONG_YES: ("Strong yes", "Clear evidence for"),
}
CONFIDENCE_WORDS: Final = {
    Confidence.LOW: ("Low", "I saw too little of them"),
    Confidence.MEDIUM: ("Medium", "Enough to say what I say"),
    Confidence.HIGH: ("High", "Another hour would not change it"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A scorecard as filled in, before the rules look at it."""

    ratings: tuple[Rating, ...]
    overall: Overall = field_(repr=False)
    confidence: Confidence = field_(repr=False)
    note: str = field_(repr=False)


def scorecard_modal(
    loop: Loop,
    *,
    session: str,
    fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    candidate: Candidate | None = None,
    amend: bool = False,
    reset: int = 0,
    errors: Mapping[str, str] | None = None,
) -> Block:
    """`fields` is a draft's fields, or those of the scorecard being amended (`fields_of`). `errors` (field name to sentence)
    are told where they belong; `reset` counts how often all was thrown away."""
    rubric = loop.plan.rubric(session)
    held = dict(fields)
    form = _Form(held=held, suffix=f"#{reset}" if reset else "", errors=errors or {})
    criteria = rubric.criteria if rubric else ()
    blocks = [*_head(loop, session, candidate=candidate, amend=amend)]
    for criterion in criteria:
        blocks += form.criterion(criterion, roomy=len(criteria) <= _MANY)
    blocks += [divider(), *form.conclusion()]
    return modal(
        "Amend your scorecard" if amend else "Your scorecard",
        blocks,
        callback=ids.SCORECARD_VIEW,
        submit="Hand in again" if amend else "Hand in",
        close="Close, keep it",
        reference=ids.pack(loop.id, session),
        tell_when_closed=True,
    )


def fields_of(ratings: Iterable[Rating], *, overall: Overall, confidence: Confidence, note: str) -> dict[str, str]:
    """A scorecard as the modal's fields: to amend it."""
    held = {OVERALL: overall.value, CONFIDENCE: confidence.value, NOTE: note}
    for rating in ratings:
        held[SCORE + rating.criterion] = NOT_ASSESSED if rating.score is None else str(rating.score)
        held[EVIDENCE + rating.criterion] = rating.evidence
    return held


def field_of(action: Mapping[str, Any]) -> tuple[str, str]:
    """Name and value of the one field that a payload's action is about: what a draft saves at each step."""
    return _name(str(action["block_id"])), value_of(action)


def fields(view: View) -> tuple[tuple[str, str], ...]:
    """Everything the modal holds, as a draft keeps it."""
    return tuple(
        (_name(block), value) for block, action, value in elements(view) if action == ids.SCORECARD_FIELD and value
    )


def blocks_by_field(view: View) -> dict[str, str]:
    """Field name to block id as it is now: where Slack is told what is wrong with a field."""
    return {_name(block): block for block, action, _ in elements(view) if action == ids.SCORECARD_FIELD}


def read(view: View, *, rubric: Rubric, saved: Iterable[tuple[str, str]] = ()) -> Filled | Errors:
    """What was filled in, or what is missing by block id; whether evidence is enough is the rule's to say. `saved` (a
    draft's fields) fills what the view has lost: Slack sometimes submits a stale state."""
    held = {**dict(saved), **dict(fields(view))}
    places = blocks_by_field(view)
    faults = {field: sentence for field, sentence in _faults(held, rubric) if sentence}
    if faults:
        return {places.get(field, field): sentence for field, sentence in faults.items()}
    return Filled(
        ratings=tuple(_rating(criterion, held) for criterion in rubric.criteria),
        overall=Overall(held[OVERALL]),
        confidence=Confidence(held[CONFIDENCE]),
        note=held.get(NOTE, "").strip(),
    )


def _faults(held: Mapping[str, str], rubric: Rubric) -> Iterable[tuple[str, str | None]]:
    for criterion in rubric.criteria:
        points = {str(point) for point in range(1, len(criterion.anchors) + 1)} | {NOT_ASSESSED}
        score, evidence = held.get(SCORE + criterion.id, ""), held.get(EVIDENCE + criterion.id, "").strip()
        yield SCORE + criterion.id, None if score in points else "Please choose a score, or “could not assess”."
        yield EVIDENCE + criterion.id, length_fault(evidence)
    yield OVERALL, None if held.get(OVERALL) in set(Overall) else "Please say where you stand."
    yield CONFIDENCE, None if held.get(CONFIDENCE) in set(Confidence) else "Please say how sure you are."
    yield NOTE, length_fault(held.get(NOTE, ""))


def _rating(criterion: Criterion, held: Mapping[str, str]) -> Rating:
    score = held[SCORE + criterion.id]
    return Rating(
        criterion=criterion.id,
        score=None if score == NOT_ASSESSED else int(score),
        evidence=held.get(EVIDENCE + criterion.id, "").strip(),
    )


def _name(block_id: str) -> str:
    return block_id.rsplit("#", 1)[0]


def _head(loop: Loop, session: str, *, candidate: Candidate | None, amend: bool) -> list[Block]:
    title = f"*{itinerary.title(loop.plan, session, 150)}*" + (f" · {name(candidate.name)}" if candidate else "")
    kept = ":floppy_disk: Every step is saved at once. Close this at any time and go on later."
    sealed = ":lock: Nobody reads it before the whole panel's are in."
    if loop.released is not None:
        sealed = ":unlock: The panel's scorecards are open: what you hand in now is marked as later than that."
    if amend:
        kept = "Your first version is kept; both are shown, with the time of the change."
    return [section(title), context(kept, sealed)]


@dataclass(frozen=True, slots=True)
class _Form:
    held: Mapping[str, str]
    suffix: str
    errors: Mapping[str, str]

    def criterion(self, criterion: Criterion, *, roomy: bool) -> list[Block]:
        """Up to five blocks; two when there are so many criteria that Slack's hundred blocks would not hold them."""
        described = all(size(text) <= _DESCRIPTION for text in criterion.anchors)
        field_name = EVIDENCE + criterion.id
        typed = text_input(
            ids.SCORECARD_FIELD,
            initial=self.held.get(field_name, ""),
            multiline=True,
            hint="What did you see or hear? The lowest and the highest score need a little more.",
            live=True,
        )
        score = self._score(criterion, described=described)
        evidence = self._input(field_name, "Evidence", typed, optional=True)
        if not roomy:
            return [score, evidence]
        anchors = [] if described else [section(anchor_words(criterion))]
        return [divider(), section(criterion_words(criterion)), *anchors, score, evidence]

    def conclusion(self) -> list[Block]:
        overall = [option(one.value, *OVERALL_WORDS[one]) for one in OVERALL_WORDS]
        sure = [option(one.value, *CONFIDENCE_WORDS[one]) for one in CONFIDENCE_WORDS]
        return [
            self._input(OVERALL, "Where do you stand?", self._radios(OVERALL, overall)),
            self._input(CONFIDENCE, "How sure are you?", self._radios(CONFIDENCE, sure)),
            self._input(
                NOTE,
                "Anything else",
                text_input(ids.SCORECARD_FIELD, initial=self.held.get(NOTE, ""), multiline=True, live=True),
                optional=True,
            ),
        ]

    def _score(self, criterion: Criterion, *, described: bool) -> Block:
        points = [
            option(str(point), str(point), text if described else "")
            for point, text in enumerate(criterion.anchors[:_POINTS], start=1)
        ]
        points.append(
            option(NOT_ASSESSED, "Could not assess", "Not the same as a low score; it is left out of the mean")
        )
        field_name = SCORE + criterion.id
        return self._input(field_name, f"Score: {criterion.name}", self._radios(field_name, points))

    def _radios(self, field_name: str, options: list[Block]) -> Block:
        return radios(ids.SCORECARD_FIELD, options, chosen=self.held.get(field_name))

    def _input(self, field_name: str, label: str, element: Block, *, optional: bool = False) -> Block:
        usual = (
            "Needed with every score; empty only beside “Could not assess”." if field_name.startswith(EVIDENCE) else ""
        )
        hint = f"⚠ {self.errors[field_name]}" if field_name in self.errors else usual
        return field(field_name + self.suffix, label, element, hint=hint, optional=optional, live=True)
