"""Search from the command line, as the person named."""

from argparse import ArgumentParser
from typing import Any

from dms.commands import DomainCommand
from search.queries import Hit, find_strictly


class Command(DomainCommand):
    """Search: `find QUERY [--json] [--limit N]`."""

    help = "Search what the person may see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("query")
        parser.add_argument("--limit", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        found = find_strictly(
            options["query"], user=self.actor(options["username"]), limit=options["limit"]
        )
        facts = {
            "total": found.total,
            "seconds": round(found.seconds, 4),
            "hits": [told(hit) for hit in found.hits],
        }
        lines = [f"{found.total} ({found.seconds:.3f} s)"]
        lines += [
            f"{hit.document.pk}  {hit.document.title}  p. {hit.page}\n    {hit.snippet}"
            for hit in found.hits
        ]
        self.tell(facts, as_json=options["json"], line="\n".join(lines))


def told(hit: Hit) -> dict[str, Any]:
    """One hit as `find --json` promises."""
    return {
        "document": str(hit.document.pk), "title": hit.document.title, "page": hit.page,
        "score": hit.score, "snippet": hit.snippet,
    }  # fmt: skip
