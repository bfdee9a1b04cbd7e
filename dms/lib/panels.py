"""What the first page is made of: panels that the packages bring along, named in `settings.HOME_PANELS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the first page; `tasks` is how many things in it wait for the reader."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    tasks: int = 0
    wide: bool = False


PanelMaker = Callable[[Any], Panel | None]  # the signed-in person in, what he should see out
