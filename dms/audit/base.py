"""Who acts and what is acted on, as the ledger sees them: references, never rows."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Who did it: a person or the machine itself."""

    @property
    def actor_ref(self) -> str:
        """A reference such as `user:42`."""


class Target(Protocol):
    """What it was done to."""

    @property
    def ledger_ref(self) -> str:
        """A reference such as `document:0198c5e2-…`."""


@dataclass(frozen=True, slots=True)
class Salted:
    """A value that the ledger must be able to confirm but must not tell, such as a name.

    Recorded as HMAC-SHA256 under the salt of its event.
    """

    value: str


Detail = str | int | bool | None
