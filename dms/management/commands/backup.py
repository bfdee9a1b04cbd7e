"""A complete, verified backup of the embedded profile, while it runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from dms.backup.operations import take, verify
from dms.backup.sets import BackupSet, Manifest, newest
from dms.commands import DomainCommand, now


class Command(DomainCommand):
    """`backup DIR` takes a set; `backup DIR --verify` re-reads the newest one, or the one named."""

    help = "Back up database, objects, keys and exported checkpoints; or verify a backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--verify", action="store_true", help="re-read every byte of a set")
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="then keep N sets")
        parser.add_argument("--set", dest="name", default="", help="by default the newest")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, as_json = options["folder"].resolve(), options["json"]
        if options["verify"]:
            held = newest(folder, options["name"])
            self.tell(facts(held, verify(held)), as_json=as_json, line=f"Sound: {held.folder}")
            return
        taken = take(folder, at=now(), keep=max(0, options["keep"]))
        manifest = taken.made.manifest()
        self.tell(
            {**facts(taken.made, manifest), "objects": taken.objects, "copied": taken.copied},
            as_json=as_json,
            line=f"Backed up {told(manifest)}, {taken.objects} objects ({taken.copied} new) "
            f"to {taken.made.folder}",
        )
        if manifest.waiting:
            self.stderr.write(
                f"{manifest.waiting} files wait in the watched folder and are in no backup yet."
            )


def facts(held: BackupSet, manifest: Manifest) -> dict[str, Any]:
    """What programs are told of a set."""
    return {"set": held.folder.name, "made_at": manifest.made_at, **manifest.counts}


def told(manifest: Manifest) -> str:
    """The counts for people."""
    return ", ".join(f"{number} {name}" for name, number in manifest.counts.items())
