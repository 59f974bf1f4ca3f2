"""The public address: that it leads to this very Evenhand, how long its certificate lasts, and that Slack gets in."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.composition import VERSION
from bot.doctor import clocks
from bot.doctor.fetching import WAIT, fetched, in_words
from bot.doctor.finding import Finding
from bot.proof import Proof
from bot.settings import Settings
from store.sealing import SealKeys

SOON: Final = timedelta(days=14)
WHAT: Final = "address"
RUNS: Final = "Start `evenhand serve` (or its web part), and try again."


def tried(settings: Settings, keys: SealKeys) -> list[Finding]:
    parts = urlsplit(settings.base_url)
    found = []
    if parts.scheme == "https":
        found.append(_certificate(parts.hostname or "", parts.port or 443))
    elif not _is_here(parts.hostname or ""):
        mend = "Give it an https:// address in EVENHAND_BASE_URL: these pages are about candidates."
        found.append(Finding(WHAT, well=False, says="EVENHAND_BASE_URL is no https:// address", mend=mend))
    elif settings.smtp_url:
        mend = "Put the public address of the pages into EVENHAND_BASE_URL: candidates' mails would lead to themselves."
        found.append(Finding(WHAT, well=False, says="mail goes out, and EVENHAND_BASE_URL is this machine", mend=mend))
    found += _whose(settings, Proof.of(keys))
    if not settings.socket_mode:
        found.append(_way_in(settings))
    return found


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _whose(settings: Settings, proof: Proof) -> list[Finding]:
    """Only who has the seal keys can ask this question, and only who has them can answer it."""
    nonce = secrets.token_hex(16)
    status, headers, body = fetched(f"{settings.base_url}{proof.path(nonce)}")
    what = "address: candidates' pages"
    if status is None:
        here = _is_here(urlsplit(settings.base_url).hostname or "")
        mend = RUNS if here else f"{RUNS} Then: does EVENHAND_BASE_URL name the proxy, and does the proxy pass /c/ on?"
        return [Finding(what, well=here, says=f"nothing answers: {body}", mend=mend)]
    told = _json(body)
    if status != HTTPStatus.OK or not proof.is_answer(nonce, str(told.get("proof", ""))):
        says = f"something answers ({status}), and it is not this Evenhand"
        mend = (
            "Have the proxy pass /c/ on to HOST and PORT. If it does: does what runs there have the same "
            "EVENHAND_SEAL_KEYS, and this version?"
        )
        return [Finding(what, well=False, says=says, mend=mend)]
    version = str(told.get("version", ""))
    mend = "" if version == VERSION else f"Restart it: it runs {version}, and this is {VERSION}."
    clock = clocks.by_headers(headers, whose="the web server's", what="address: clock")
    return [Finding(what, well=True, says="lead here", mend=mend), *clock]


def _way_in(settings: Settings) -> Finding:
    """What Slack sends when the address is saved on the app's page: signed, and nothing is done about it but an answer."""
    challenge, at = secrets.token_hex(16), str(int(time.time()))
    content = json.dumps({"type": "url_verification", "challenge": challenge})
    signed = SignatureVerifier(settings.signing_secret).generate_signature(timestamp=at, body=content)
    head = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": at, "X-Slack-Signature": signed or ""}
    status, _, body = fetched(f"{settings.base_url}/slack/events", content.encode(), head)
    what = "address: Slack's requests"
    if status is None:
        return Finding(
            what, well=_is_here(urlsplit(settings.base_url).hostname or ""), says=f"nothing answers: {body}", mend=RUNS
        )
    if status == HTTPStatus.OK and challenge in body:
        return Finding(what, well=True, says="a signed request to /slack/events is answered")
    if status == HTTPStatus.UNAUTHORIZED:
        mend = "What runs there has another SLACK_SIGNING_SECRET, or its clock is more than five minutes off."
        return Finding(what, well=False, says="a signed request is refused (401)", mend=mend)
    mend = "Have the proxy pass /slack/events on to HOST and PORT, with its headers and its body as they are."
    return Finding(what, well=False, says=f"a signed request is answered with {status}", mend=mend)


def _certificate(host: str, port: int) -> Finding:
    try:
        with (
            socket.create_connection((host, port), timeout=WAIT) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            ends = str((secure.getpeercert() or {}).get("notAfter", ""))
    except ssl.SSLCertVerificationError as fault:
        mend = "Renew the certificate at your proxy; with its whole chain. Slack refuses such an address, too."
        return Finding("address: certificate", well=False, says=fault.verify_message, mend=mend)
    except OSError as fault:
        says = f"can't be looked at: {in_words(fault)}"
        return Finding("address: certificate", well=False, says=says, mend="Check EVENHAND_BASE_URL and the proxy.")
    return certificate(datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), tz=UTC) - datetime.now(UTC))


def certificate(left: timedelta) -> Finding:
    """One that is verified, with so much time left."""
    mend = "" if left > SOON else "See why your proxy has not renewed it."
    return Finding("address: certificate", well=True, says=f"good for {left.days} more days", mend=mend)


def _json(body: str) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
