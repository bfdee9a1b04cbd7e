"""Checkpoints as signed notes that any transparency-log tool can read.

Source: C2SP tlog-checkpoint and signed-note.
"""

import base64
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from dms.audit.canonical import moment
from dms.errors import IntegrityFailure
from dms.lib.durable import make_directories, sync_directory

ALGORITHM = b"\x01"  # Ed25519 in signed-note


class WrongKey(IntegrityFailure):
    """The file that signs the ledger holds no Ed25519 key; restore keys/ledger.pem from a backup."""

    code = "wrong_ledger_key"


class KeyMissing(IntegrityFailure):
    """The key that signs the ledger is missing; restore keys/ledger.pem from a backup."""

    code = "ledger_key_missing"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs checkpoints under a name that is made from its public key."""

    key: Ed25519PrivateKey

    @classmethod
    def from_file(cls, path: Path, *, create: bool) -> Self:
        """The key in the file, made on first use and readable by its owner only.

        Raises: KeyMissing, WrongKey.
        """
        if not path.exists():
            if not create:
                raise KeyMissing
            make_key(path)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as error:
            raise WrongKey from error
        if not isinstance(key, Ed25519PrivateKey):
            raise WrongKey
        return cls(key)

    @property
    def public_raw(self) -> bytes:
        """The public key's 32 bytes."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def public_pem(self) -> str:
        """The public key as a PEM file."""
        key = self.key.public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def origin(self) -> str:
        """The name of this ledger, different for each installation."""
        return f"vankho/{hashlib.sha256(self.public_raw).hexdigest()[:16]}"

    def checkpoint(self, *, size: int, root: bytes, at: datetime) -> str:
        """The signed note that states the tree's root at a size."""
        text = f"{self.origin}\n{size}\n{base64.b64encode(root).decode()}\n{moment(at)}\n"
        named = f"{self.origin}\n".encode() + ALGORITHM + self.public_raw
        blob = hashlib.sha256(named).digest()[:4] + self.key.sign(text.encode())
        return f"{text}\n— {self.origin} {base64.b64encode(blob).decode()}\n"


def make_key(path: Path) -> None:
    """Make a key; of two processes at once, one wins and both use its key."""
    private = Ed25519PrivateKey.generate()
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        write_new(path, content, mode=0o600)


def write_new(path: Path, content: bytes, *, mode: int) -> None:
    """Write a whole file durably under a name that nothing has yet. Raises: FileExistsError."""
    make_directories(path.parent, path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # of a process of this number that was killed
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename, never over an existing file
    finally:
        draft.unlink()
    sync_directory(path.parent)
