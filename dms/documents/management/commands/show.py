"""Everything about one document, for programs and for people at the command line."""

from argparse import ArgumentParser
from typing import Any

from dms.audit.operations import record_view
from dms.commands import DomainCommand, now
from dms.documents.models import Document, Version
from dms.documents.models.document import METADATA
from dms.documents.queries import visible_document
from dms.errors import NotFound
from dms.pipeline.models import Step


class Command(DomainCommand):
    """Show a document: `show ID [--json]`."""

    help = "Show a document with its versions, steps and pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("document", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options["username"])
        document = visible_document(options["document"], user=actor)
        record_view(
            "documents.version.viewed", target=document.current or document, by=actor, at=now()
        )
        facts = told(document)
        lines = [
            f"{document.title}",
            f"  {facts['state']}, {facts['media_type']}, {facts['sha256']}",
        ]
        lines += [f"  {name}: {value}" for name, value in facts["metadata"].items() if value]
        lines += [f"  -- {page['number']} --\n{page['text']}" for page in facts["pages"]]
        self.tell(facts, as_json=options["json"], line="\n".join(lines))


def told(document: Document) -> dict[str, Any]:
    """The facts that `show --json` promises."""
    version = document.current
    if version is None:
        raise NotFound
    return {
        "document": str(document.pk),
        "filename": version.filename,
        "sha256": version.sha256,
        "media_type": version.media_type,
        "state": version.state,
        "metadata": {name: getattr(document, name) for name in METADATA}
        | {"title": document.title},
        "versions": [told_version(v) for v in document.versions.order_by("major", "minor")],
        "steps": [told_step(step) for step in steps_of(document)],
        "pages": list(
            version.pages.values("number", "width_px", "height_px", "confidence", "text")
        ),
    }


def told_version(version: Version) -> dict[str, Any]:
    """One version."""
    return {
        "version": str(version.pk), "label": version.label, "sha256": version.sha256,
        "state": version.state, "problem": version.problem, "created_at": version.created_at,
    }  # fmt: skip


def told_step(step: Step) -> dict[str, Any]:
    """One step of the document or its versions."""
    names = ("name", "part", "state", "attempts", "error")
    return {name: getattr(step, name) for name in names}


def steps_of(document: Document) -> list[Step]:
    """All steps, in the order they were planned."""
    targets = [str(pk) for pk in document.versions.values_list("pk", flat=True)]
    return list(Step.objects.filter(target__in=[*targets, str(document.pk)]).order_by("pk"))
