"""The embedded engine."""

from search.base import SearchEngine


class TantivyEngine(SearchEngine):
    """tantivy under one directory."""

    def __init__(self, root: str) -> None:
        self.root = root
