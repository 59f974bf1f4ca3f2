"""Putting the listeners on a Bolt app."""

from __future__ import annotations

import logging
from typing import Any, Final

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from handlers import (
    attesting,
    chat,
    commands,
    conflicts,
    dead_letters,
    deciding,
    delegating,
    home,
    leaving,
    loops,
    payloads,
    rates,
    releasing,
    repairs,
    retention,
    scorecards,
    self_service,
    take_home,
    trail,
)
from handlers.blocks import notices
from handlers.desk import Desk, open_modal

log = logging.getLogger("evenhand.handlers")

HELD_BACK: Final = "app_rate_limited"
"""Slack's word, once a minute, that events are not delivered. None of ours is lost for long: the clock's next pass does
what time alone makes due, and whatever was pressed had its own answer."""


class _Guarded(App):
    """Bolt's app behind a look at the shape of what came, over HTTP and over the socket alike."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        req.body = payloads.clean(req.body)
        if req.body.get("type") == HELD_BACK:
            log.warning("Slack holds events back: more than it delivers in an hour, or too few were answered")
            return BoltResponse(status=200, body="")
        if not payloads.fits(req.body):
            log.error("a request has no shape that Slack sends")
            return BoltResponse(status=400, body="")
        return super().dispatch(req)


def slack_app(*, bot_token: str, signing_secret: str, api_url: str, desk: Desk) -> App:
    """The app with every listener. Makes no call to Slack.

    Listeners only record and answer, so `process_before_response` lets each end in the acknowledgement itself.
    """
    # The token comes with each request's authorization, so that Bolt gives every listener a client of its own.
    client = WebClient(base_url=api_url, retry_handlers=[], timeout=3)
    app = _Guarded(
        client=client,
        signing_secret=signing_secret,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=bot_token),
        process_before_response=True,
        token_verification_enabled=False,
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    # Bolt asks one listener after another, so what comes most often stands first.
    features = (
        home,
        commands,
        loops,
        repairs,
        take_home,
        attesting,
        conflicts,
        scorecards,
        deciding,
        delegating,
        releasing,
        self_service,
        leaving,
        dead_letters,
        retention,
        trail,
        rates,
        chat,
    )
    for feature in features:
        feature.register(app, desk)
    app.error(_failed)
    return app


def _failed(error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse:
    """The outermost edge: the operator learns all but what was typed, the person that nothing was lost."""
    if isinstance(error, BoltUnhandledRequestError):
        # Bolt by itself would write into the log what was typed: into a field of an older version of this program, say.
        log.warning("nobody listens to what was pressed or typed")
        return BoltResponse(status=404, body="")
    log.error("a listener failed: %s", type(error).__name__, exc_info=error)
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": SORRY})
    match body.get("type"):
        case "view_submission":
            return BoltResponse(status=200, body=_still_open(body.get("view") or {}))
        case "block_actions":
            # Acknowledged: what Slack says by itself names a code and no remedy.
            open_modal(client, body, notices.notice("That did not work", SORRY))
            return BoltResponse(status=200, body="")
    return BoltResponse(status=500, body="")


def _still_open(view: dict[str, Any]) -> dict[str, Any]:
    """A modal with something typed stays as it is, with the word at its first input."""
    first = next((str(block["block_id"]) for block in view.get("blocks", []) if block["type"] == "input"), None)
    if first is not None:
        return {"response_action": "errors", "errors": {first: SORRY}}
    return {"response_action": "update", "view": notices.notice("That did not work", SORRY)}


SORRY = (
    "Sorry, that failed on our side, and nothing was done. Nothing you typed is lost; please try again in a minute. "
    "What was kept before stands in `/interview`."
)
