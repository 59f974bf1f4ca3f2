"""Everything a released panel wrote, session by session, nothing cut; in pages when one modal can't hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import ids
from handlers.blocks.parts import Block, actions, button, context, divider, header, modal, section, weight
from handlers.blocks.scorecard_modal import CONFIDENCE_WORDS, OVERALL_WORDS
from handlers.blocks.text import clip, escape, mention, name, pieces, plain, when
from hiring.model import Candidate, Loop, Person, PersonId, Rating, Scorecard
from hiring.rules.summary import Rater, Summary

PAGE_BLOCKS = 90
PAGE_WEIGHT = 90_000
_PIECE = 2_900


def summary_all(
    loop: Loop,
    *,
    summary: Summary,
    candidate: Candidate,
    people: Mapping[PersonId, Person],
    zone: str = "UTC",
    cards: Sequence[Scorecard] = (),
    page: int = 0,
) -> Block:
    """`cards` are all scorecards that the viewer may see: with them an amended one shows its earlier versions too. `page`
    counts from 0; the buttons that turn pages carry it."""
    groups: list[list[Block]] = []
    for rater in summary.raters:
        groups += _card(loop, rater, summary=summary, people=people)
        for earlier in _earlier_cards(rater, cards):
            groups += _earlier(loop, earlier, zone)
    pages = _pages(groups)
    shown = min(max(page, 0), len(pages) - 1)
    blocks = [section(f"*{name(candidate.name)}*"), *pages[shown], *_turning(loop, shown, len(pages))]
    if not summary.raters:
        blocks.append(context("No scorecard counts yet."))
    return modal("All scorecards" if len(pages) == 1 else f"All ({shown + 1} of {len(pages)})", blocks)


def _pages(groups: Sequence[Sequence[Block]]) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    for group in groups:
        grown = [*pages[-1], *group]
        if pages[-1] and (len(grown) > PAGE_BLOCKS or weight(grown) > PAGE_WEIGHT):
            pages.append(list(group))
        else:
            pages[-1] = grown
    return pages


def _turning(loop: Loop, page: int, pages: int) -> list[Block]:
    """One row each: two buttons of one action can't share a row."""
    turns = [("Next page", page + 1), ("Previous page", page - 1)]
    return [
        actions(button(label, ids.SUMMARY_OPEN, ids.pack(loop.id, str(to)))) for label, to in turns if 0 <= to < pages
    ]


def _card(loop: Loop, rater: Rater, *, summary: Summary, people: Mapping[PersonId, Person]) -> list[list[Block]]:
    stands, sure = OVERALL_WORDS[rater.overall][0], CONFIDENCE_WORDS[rater.confidence][0].lower()
    head = [
        divider(),
        header(plain(loop.plan.session(rater.session).title, 150)),
        section(f"{mention(people, rater.person)}: *{stands}*, confidence {sure}"),
    ]
    groups = [[*head, *_long("Note", rater.note)]]
    for row in summary.rows:
        for cell in row.cells:
            if (cell.session, cell.person) == (rater.session, rater.person):
                rating = Rating(row.criterion.id, cell.score, cell.evidence)
                groups.append(_rating(row.criterion.name, rating))
    return groups


def _earlier_cards(rater: Rater, cards: Sequence[Scorecard]) -> Sequence[Scorecard]:
    same = [card for card in cards if (card.session, card.author) == (rater.session, rater.person)]
    return same[:-1] if rater.amended else ()


def _earlier(loop: Loop, card: Scorecard, zone: str) -> list[list[Block]]:
    stands, sure = OVERALL_WORDS[card.overall][0], CONFIDENCE_WORDS[card.confidence][0].lower()
    at = f" of {when(card.at, zone)}" if card.at else ""
    rubric = loop.plan.rubric(card.session)
    names = {criterion.id: criterion.name for criterion in rubric.criteria} if rubric else {}
    head = [context(f":pencil2: Earlier version{at}: *{stands}*, confidence {sure}"), *_long("Note", card.note)]
    return [head, *(_rating(names.get(rating.criterion, rating.criterion), rating) for rating in card.ratings)]


def _rating(criterion: str, rating: Rating) -> list[Block]:
    score = "could not assess" if rating.score is None else str(rating.score)
    return _long(f"{clip(criterion, 150)}*: *{score}", rating.evidence or "no evidence written")


def _long(label: str, text: str) -> list[Block]:
    """A label and a text of any length, over as many sections as it takes."""
    if not text.strip():
        return []
    first, *rest = pieces(f"*{label}*\n{escape(text.strip())}", _PIECE)
    return [section(first), *(section(part) for part in rest)]
