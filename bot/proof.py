"""Whether an address leads to this very Evenhand: a question that only who has the seal keys can ask, and answer.

Everybody else is told what they are told of any page that is not there.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from store.sealing import SealKeys


@dataclass(frozen=True, slots=True)
class Proof:
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, keys: SealKeys) -> Proof:
        return cls(keys.derived("whose address"))

    def path(self, nonce: str) -> str:
        return f"/c/proof/{nonce}/{self._sign('question', nonce)}"

    def is_answer(self, nonce: str, answer: str) -> bool:
        return hmac.compare_digest(answer.encode(), self._sign("answer", nonce).encode())

    def route(self, *, version: str) -> Route:
        def answer(request: Request) -> Response:
            nonce, asked = str(request.path_params["nonce"]), str(request.path_params["asked"])
            if not hmac.compare_digest(asked.encode(), self._sign("question", nonce).encode()):
                return PlainTextResponse("Not found", status_code=404)
            return JSONResponse({"version": version, "proof": self._sign("answer", nonce)})

        return Route("/c/proof/{nonce}/{asked}", answer, methods=["GET"])

    def _sign(self, what: str, nonce: str) -> str:
        return hmac.new(self.key, f"{what}\n{nonce}".encode(), hashlib.sha256).hexdigest()
