"""Reading the current generation: two looks at the file system tell whether something has changed."""

import os
from pathlib import Path
from typing import Any

import tantivy

from search.base import SearchUnavailable
from search.engines.generations import POINTER, Generations

ATTEMPTS = 3
Mark = tuple[int, int]


class Reader:
    """The searcher of this process, opened anew when another process has switched or committed."""

    def __init__(self, generations: Generations) -> None:
        self.generations = generations
        self.pointer_mark: Mark | None = None
        self.commit_mark: Mark | None = None
        self.directory: Path | None = None
        self.index: Any = None

    def searcher(self) -> Any:
        """A searcher that sees every commit made until now. Raises: SearchUnavailable."""
        for _ in range(ATTEMPTS):  # a generation may be swept between a look and the next
            try:
                self.refresh()
                return self.index.searcher()
            except (ValueError, OSError):
                self.pointer_mark = self.commit_mark = self.index = None
        raise SearchUnavailable

    def path(self) -> Path:
        """The current generation. Raises: SearchUnavailable."""
        found = self.generations.current()
        if found is None:
            raise SearchUnavailable
        return found

    def refresh(self) -> None:
        """Follow the pointer and the last commit."""
        pointer = mark(self.generations.root / POINTER)
        if self.index is None or pointer != self.pointer_mark:
            self.directory = self.path()
            self.index = opened_index(self.directory)
            self.pointer_mark = pointer
            self.commit_mark = None
        commit = mark(self.directory / "meta.json") if self.directory else None
        if commit != self.commit_mark:
            self.index.reload()
            self.commit_mark = commit

    @staticmethod
    def opened(path: Path) -> Any:
        """A searcher of one generation as it is now."""
        return opened_index(path).searcher()


def opened_index(path: Path) -> Any:
    """The index in a directory, reloaded only when asked to."""
    index = tantivy.Index.open(str(path))
    index.config_reader("manual", 0)
    index.reload()
    return index


def mark(path: Path) -> Mark:
    """What changes whenever the file is replaced."""
    found = os.stat(path)  # noqa: PTH116  # called in every search
    return (found.st_ino, found.st_mtime_ns)
