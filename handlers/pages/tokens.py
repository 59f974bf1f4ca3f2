"""Signed links: each opens one loop's page for its candidate until a day, and says nothing about anybody.

A token is base32 of (expiry, loop id, signature): letters and digits only, so that no mail program cuts it short. Whoever
holds one may open the page, so tokens stand in no log and in no calendar entry.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hiring.model import Loop, LoopId
from hiring.rules.phase import last_end

PAGE = "candidate page"
"""The purpose of the links we send: a token made for another purpose does not open the page."""
KEEPS = timedelta(days=180)
AFTER_THE_LAST = timedelta(days=30)

_SIGNATURE_BYTES = 16
_SHORTEST_KEY = 16
_LONGEST = 500
_EXPIRY = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Opens:
    loop: LoopId


@dataclass(frozen=True, slots=True)
class Expired:
    """Ours, but too old: the page may still say whom to ask."""

    loop: LoopId


def make_token(loop: LoopId, *, expires: datetime, key: bytes, purpose: str = PAGE) -> str:
    body = _EXPIRY.pack(int(expires.timestamp())) + loop.encode()
    return base64.b32encode(body + _signature(body, key=key, purpose=purpose)).decode().rstrip("=").lower()


def read_token(token: str, *, key: bytes, now: datetime, purpose: str = PAGE) -> Opens | Expired | None:
    """What a token opens; None when it was not made with this key for this purpose."""
    signed = _decoded(token)
    if signed is None or len(signed) <= _EXPIRY.size + _SIGNATURE_BYTES:
        return None
    body, signature = signed[:-_SIGNATURE_BYTES], signed[-_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(body, key=key, purpose=purpose)):
        return None
    loop = body[_EXPIRY.size :].decode()
    expires = datetime.fromtimestamp(_EXPIRY.unpack_from(body)[0], tz=UTC)
    return Opens(loop) if now < expires else Expired(loop)


def page_url(base_url: str, loop: Loop, *, key: bytes) -> str:
    """The address of a loop's page: the same in every mail, as long as the interviews stay where they are."""
    expires = loop.created + KEEPS
    if loop.sessions:
        expires = max(expires, last_end(loop) + AFTER_THE_LAST)
    return f"{base_url.rstrip('/')}/c/{make_token(loop.id, expires=expires, key=key)}"


def _signature(body: bytes, *, key: bytes, purpose: str) -> bytes:
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a signing key has at least {_SHORTEST_KEY} bytes")
    return hmac.new(key, purpose.encode() + b"\0" + body, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _decoded(token: str) -> bytes | None:
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        return base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
