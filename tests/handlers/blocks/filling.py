"""A modal filled in as Slack's client would, so that what reads it is tried on what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench import inputs


def submitted(view: Mapping[str, Any], typed: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """The view with its state: initial values, and over them `typed` (block id to action id to plain value)."""
    blocks = list(view["blocks"])
    values = inputs.start_values(blocks)
    loaded = {
        (field.block_id, field.action_id): {
            str(value): {"text": {"type": "plain_text", "text": "Chosen"}, "value": str(value)}
        }
        for field in inputs.fields(blocks)
        if field.kind == "external_select"
        and (value := (typed or {}).get(field.block_id, {}).get(field.action_id)) is not None
    }
    merged = inputs.merged(
        blocks, values, {block: dict(fields) for block, fields in (typed or {}).items()}, loaded=loaded
    )
    state: dict[str, dict[str, Any]] = {}
    for field in inputs.fields(blocks):
        value = merged[field.block_id][field.action_id]
        known = loaded.get((field.block_id, field.action_id), {})
        state.setdefault(field.block_id, {})[field.action_id] = inputs.typed(field, value, loaded=known)
    return {**view, "state": {"values": state}}
