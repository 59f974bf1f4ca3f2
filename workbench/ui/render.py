"""Raw Block Kit to HTML. The macros in templates/ say how it looks; here is only what they need to know."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jinja2 import ChainableUndefined, Environment, PackageLoader, pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup

from workbench.ui import moments, values
from workbench.ui.emoji import with_emoji
from workbench.ui.mrkdwn import mrkdwn, plain_text, safe_address, unescape
from workbench.ui.readers import Reader, hue, initials
from workbench.ui.rich_text import rich_text

Surface = Literal["message", "home", "modal"]
_UNFIT_FOR_ID = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand. `scope` makes ids unique on a page that shows the same block twice."""

    surface: Surface
    scope: str = ""
    state: values.State = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def render_blocks(
    blocks: Sequence[Mapping[str, Any]],
    reader: Reader,
    *,
    surface: Surface = "message",
    scope: str = "",
    state: values.State | None = None,
    errors: Mapping[str, str] | None = None,
) -> Markup:
    place = Place(surface=surface, scope=scope, state=state or {}, errors=errors or {})
    return page("fragments/blocks.html", blocks=blocks, reader=reader, place=place)


def page(template: str, **facts: Any) -> Markup:
    return Markup(_ENVIRONMENT.get_template(template).render(facts))  # noqa: S704 - the environment escapes


def text_object(text: Mapping[str, Any] | str | None, reader: Reader) -> Markup:
    if not text:
        return Markup()
    if isinstance(text, str):
        return plain_text(text)
    if text.get("type") == "mrkdwn":
        return mrkdwn(text.get("text", ""), reader, verbatim=text.get("verbatim", False))
    return plain_text(text.get("text", ""), emoji=text.get("emoji", True))


def words(text: Mapping[str, Any] | str | None) -> str:
    """The same text for an attribute, where no HTML can stand."""
    if isinstance(text, str):
        return text
    shown = unescape((text or {}).get("text", ""))
    return with_emoji(shown) if (text or {}).get("emoji", True) else shown


def markdown(text: str) -> Markup:
    """Slack's markdown block: CommonMark with tables and strikethrough; HTML in it is shown, not obeyed."""
    return Markup(_MARKDOWN.render(with_emoji(text)))  # noqa: S704 - html=False escapes what is not markdown


def element_id(place: Place, block_id: str, action_id: str) -> str:
    return _UNFIT_FOR_ID.sub("-", f"e-{place.scope}-{block_id}-{action_id}")


def image_address(image: Mapping[str, Any]) -> str:
    """Slack files are served by the workbench itself; other pictures come from where they lie."""
    file = image.get("slack_file") or {}
    return f"/w/files/{file['id']}" if file.get("id") else str(file.get("url") or image.get("image_url") or "")


@pass_context
def _text(context: Context, text: Mapping[str, Any] | str | None) -> Markup:
    return text_object(text, context["reader"])


@pass_context
def _mrkdwn(context: Context, text: str) -> Markup:
    return mrkdwn(text, context["reader"])


@pass_context
def _rich(context: Context, elements: Sequence[Mapping[str, Any]]) -> Markup:
    return rich_text(elements, context["reader"])


@pass_context
def _time(context: Context, ts: str) -> str:
    return moments.clock_time(moments.from_ts(ts), context["reader"])


@pass_context
def _full_date(context: Context, ts: str) -> str:
    return moments.full_date(moments.from_ts(ts), context["reader"])


@pass_context
def _local_input(context: Context, timestamp: int | None) -> str:
    return "" if timestamp is None else moments.local_input(int(timestamp), context["reader"])


@pass_context
def _everyone(context: Context, kind: str) -> list[dict[str, Any]]:
    """The options of a select over people, channels, or both."""
    reader: Reader = context["reader"]
    people = sorted(reader.people.items(), key=lambda one: one[1].casefold())
    channels = sorted((key, f"#{name}") for key, name in reader.channels.items())
    shown = {"users": people, "channels": channels}.get(kind.removeprefix("multi_").removesuffix("_select"))
    return [{"value": key, "text": name} for key, name in (channels + people if shown is None else shown)]


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("workbench.ui"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        text=_text,
        words=words,
        mrkdwn=_mrkdwn,
        rich=_rich,
        markdown=markdown,
        time=_time,
        full_date=_full_date,
        local_input=_local_input,
        initials=initials,
        hue=hue,
        picture=image_address,
        address=safe_address,
    )
    made.globals.update(
        current=values.current,
        options=values.options,
        is_chosen=values.is_chosen,
        plural=values.PLURAL,
        element_id=element_id,
        all_words=values.all_words,
        everyone=_everyone,
    )
    return made


_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_ENVIRONMENT = _environment()
