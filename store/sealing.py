"""Sealing: what nobody may read in the database, its backups or its logs.

What belongs to a loop (or a candidate) is sealed by a data key of its own with AES-256-GCM; the data key lies in the
database, itself sealed by a master key, which does not. Each sealed text is bound to where it belongs, so that rows can't be
swapped, and is padded, so that its length says little. A destroyed data key is the erasure of all it sealed.
"""

import base64
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.faults import SealFault
from store.mapping import canonical

_KEY_BYTES = 32
_NONCE_BYTES = 12
_PAD = 4096
_CODE_LETTERS = 10
_OWNER_ONLY = 0o600


class SealKeys:
    """The master keys, the newest first: it seals, the older ones only open."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        if not keys:
            raise SealFault(
                "EVENHAND_SEAL_KEYS holds no key; put in the result of `evenhand keys new`, or leave it unset"
            )
        self._keys = {_key_id(key): key for key in keys}
        self.newest = _key_id(keys[0])

    def __repr__(self) -> str:
        return f"SealKeys({', '.join(self._keys)})"

    @classmethod
    def from_text(cls, text: str) -> "SealKeys":
        """Keys as `new_text` writes them, separated by commas or line ends."""
        parts = [part.strip() for part in text.replace("\n", ",").split(",")]
        return cls(tuple(_key(part, number) for number, part in enumerate(filter(None, parts), start=1)))

    @classmethod
    def ensure_file(cls, path: Path) -> "SealKeys":
        """The keys of a file that only its owner may read; made with one new key if it is not there."""
        if not path.exists():
            _write_new(path, cls.new_text() + "\n")
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SealFault(f"{path} holds seal keys and others can read it; `chmod 600 {path}` first")
        return cls.from_text(path.read_text())

    @staticmethod
    def new_text() -> str:
        return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()

    def derived(self, purpose: str) -> bytes:
        """A key for something else than sealing. From the oldest master key, so that a rotation does not change it."""
        oldest = list(self._keys.values())[-1]
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(oldest)

    @property
    def ids(self) -> tuple[str, ...]:
        """What tells the keys apart without giving them away, the newest first."""
        return tuple(self._keys)

    def wrap(self, data_key: bytes, *, owner: str) -> bytes:
        return seal(data_key, key=self._keys[self.newest], place=("data-key", owner, self.newest))

    def unwrap(self, wrapped: bytes, *, owner: str, master: str) -> bytes:
        if master not in self._keys:
            raise SealFault(f"The seal key {master} is not in EVENHAND_SEAL_KEYS; add it after the newest one")
        return unseal(wrapped, key=self._keys[master], place=("data-key", owner, master))


def _key(part: str, number: int) -> bytes:
    try:
        key = base64.b64decode(part, altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SealFault(f"Seal key number {number} is not {_KEY_BYTES} bytes in base64")
    return key


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"evenhand seal key\n" + key).hexdigest()[:8]


def _write_new(path: Path, text: str) -> None:
    """All of it or nothing, and never over a file that another process made in the meantime."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def new_data_key() -> bytes:
    return secrets.token_bytes(_KEY_BYTES)


def seal(content: bytes, *, key: bytes, place: tuple[str, ...]) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, canonical(place).encode())


def unseal(sealed: bytes, *, key: bytes, place: tuple[str, ...]) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], canonical(place).encode())
    except (InvalidTag, ValueError):
        raise SealFault(f"What is sealed as {place[0]} was changed, moved, or sealed by another key") from None


def padded(text: str) -> bytes:
    """Spaces at the end, which JSON does not mind, up to the next four kilobytes: few scorecards need more."""
    content = text.encode()
    return content + b" " * (-len(content) % _PAD)


def new_nonce() -> str:
    """What makes a commitment tell nothing of a scorecard that can be guessed."""
    return secrets.token_hex(16)


def commitment(content: str, *, nonce: str) -> str:
    """The short code for canonical content: two groups of five letters and digits, 50 bits."""
    digest = hashlib.sha256(f"{nonce}\n{content}".encode()).digest()
    code = base64.b32encode(digest).decode()[:_CODE_LETTERS]
    return f"{code[:5]}-{code[5:]}"


def is_commitment(code: str, content: str, *, nonce: str) -> bool:
    """Whether `code`, as a person may type it, was given for this content."""
    typed = code.strip().upper().replace(" ", "-")
    return hmac.compare_digest(typed.encode(), commitment(content, nonce=nonce).encode())
