"""Compare the index with the rows."""

from typing import Any

from dms.commands import DomainCommand
from search.index import drift


class Command(DomainCommand):
    """Name documents that are missing, stale or untracked in the index; exit code 1 when there are some."""

    help = "Compare the search index with the rows."

    def handle(self, *args: Any, **options: Any) -> None:
        found = drift()
        facts = {"missing": found.missing, "stale": found.stale, "untracked": found.untracked}
        line = "; ".join(f"{name}: {len(ids)}" for name, ids in facts.items())
        self.tell(facts, as_json=options["json"], line=line)
        if found:
            self.fail()
