"""Make the index anew beside the old one, which answers until the new one is complete."""

from typing import Any

from dms.commands import DomainCommand
from search.index import rebuild


class Command(DomainCommand):
    """Rebuild the search index without downtime."""

    help = "Rebuild the search index from the rows, without downtime."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild()
        self.tell({"indexed": count}, as_json=options["json"], line=f"{count} documents indexed")
