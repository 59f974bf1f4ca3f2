"""The grounds for stepping aside, in words a person recognises themselves in, and the two fields that ask for them."""

from __future__ import annotations

from typing import Final

from handlers import ids
from handlers.blocks.parts import Block, context, field, option, radios, text_input
from hiring.model import Ground

GROUND: Final = "ground"
NOTE: Final = "note"

WORDS: Final[dict[Ground, tuple[str, str]]] = {
    Ground.FAMILY: ("Family", "Related, married, or living together"),
    Ground.FRIEND: ("Close friend", "Or somebody I would rather not disappoint"),
    Ground.WORKED_TOGETHER: ("Worked together", "In the same team or on the same project"),
    Ground.MANAGED: ("Managed, or was managed by", "At any employer, at any time"),
    Ground.REFERRED: ("I referred them", "I put them forward for this or another job"),
    Ground.SAME_INSTITUTION: ("Same school or employer", "At the same time, and we knew of each other"),
    Ground.FINANCIAL: ("Money between us", "Shares, a loan, a business, a contract"),
    Ground.PREVIOUS_INTERVIEW: ("Interviewed them before", "Here or elsewhere, and I have a view of them"),
    Ground.INTERNAL: ("They work here now", "And I work with them or near them"),
    Ground.OTHER: ("Something else", "A word in the note helps, but is not needed"),
}


def fields(*, ground: Ground | None, note: str) -> list[Block]:
    options = [option(one.value, *WORDS[one]) for one in WORDS]
    return [
        field(GROUND, "Why should you step aside?", radios(ids.FIELD, options, chosen=ground)),
        field(
            NOTE,
            "Anything the recruiter should know",
            text_input(initial=note, multiline=True),
            hint="You need not explain yourself.",
            optional=True,
        ),
        who_sees(),
    ]


def who_sees() -> Block:
    return context(
        ":lock: The reason and the note are read by the recruiter of this loop and the auditor only. "
        "Everybody else sees that you are unavailable."
    )
