"""Signed HTTP: the other way in which Slack reaches a bot."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from workbench.space import Space, Unanswered
from workbench.workspace import Json

OK = 200
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
THREADS = 16


class Hooks:
    def __init__(self, space: Space) -> None:
        self.space = space
        self._verified: str | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="workbench-hook")

    async def ask(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Json:
        """One signed request. Raises Unanswered when it fails or takes longer than Slack waits."""
        await self._verify()
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        if kind == "events_api":
            body, content_type = json.dumps(payload), JSON
        elif kind == "slash_commands":
            body, content_type = urlencode(payload), FORM
        else:
            body, content_type = urlencode({"payload": json.dumps(payload)}), FORM
        answer = await self._post(body, content_type, headers)
        return _parsed(answer, is_event=kind == "events_api")

    async def _verify(self) -> None:
        """Before the first delivery the address has to prove that it speaks for the app."""
        address = self.space.http_events
        if self._verified == address:
            return
        challenge = secrets.token_hex(16)
        asked = {"token": self.space.verification_token, "challenge": challenge, "type": "url_verification"}
        if challenge not in await self._post(json.dumps(asked), JSON, {}):
            raise Unanswered("url_verification_failed")
        self._verified = address

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> str:
        stamp = str(int(time.time()))
        signed = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.space.signing_secret, stamp, body),
            **headers,
        }
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(
            self._threads, _send, self.space.http_events or "", body.encode(), signed, self.space.patience
        )
        try:
            return await asyncio.wait_for(work, self.space.patience)
        except TimeoutError:
            raise Unanswered("http_timeout") from None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def signature(secret: str, stamp: str, body: str) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()


def _send(address: str, body: bytes, headers: dict[str, str], patience: float) -> str:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=patience)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        response = connection.getresponse()
        text = response.read().decode()
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException):
        raise Unanswered("connection_failed") from None
    finally:
        connection.close()
    if response.status != OK:
        raise Unanswered("http_error")
    return text


def _parsed(text: str, *, is_event: bool) -> Json:
    if is_event or not text.strip():
        return {}
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else {"text": text}
