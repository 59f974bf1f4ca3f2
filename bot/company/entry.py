"""What every entry in a company's YAML files is made of: strict, and each kind of value with a description for its fault."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Id = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="a short name: small letters, digits and dashes, e.g. coding"),
]
Line = Annotated[str, Field(min_length=1, max_length=150, description="one line of text, at most 150 characters")]
Text = Annotated[str, Field(min_length=1, max_length=1500, description="a text of at most 1500 characters")]
ClockTime = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time of day as HH:MM, e.g. 11:30")
]
Minutes = Annotated[int, Field(ge=5, le=480, multiple_of=5, description="minutes, in steps of 5")]
AnchorText = Annotated[
    str, Field(min_length=20, max_length=400, description="what one sees and hears at this point, 20 to 400 characters")
]


# What an entry refers to: the section, the id, and where in the entry.
Reference = tuple[str, str, tuple[int | str, ...]]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def references(self) -> Iterator[Reference]:
        yield from ()


def refused(what: str, *, expected: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{what}", {"what": what, "expected": expected})
