"""How well records describe themselves: accuracy per field, and wrong values given with confidence.

Usage: python -m tests.bench.describe --records DIR [--readings DIR] [--show]
DIR holds PDFs and `truth.json` with "fields" per file. Readings made elsewhere (one JSON list of pages
per file, named FILE.json) are taken where given; else the files are read here, first and last pages only.
"""

import argparse
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2 as pdfium

from ocr_pipeline.metadata import describe_pages
from ocr_pipeline.pipeline import read_pages

TRUSTED = 0.5  # from here on a value is filled in
FIELDS = {
    "code_number": "code_number", "code_notation": "code_notation", "issued_on": "issued_date",
    "type_name": "type_name", "organ_name": "organ_name", "subject": "subject", "place": "place",
    "signing_capacity": "signing_capacity", "signer_position": "signer_position",
    "signer_name": "signer_name",
}  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--readings", type=Path)
    parser.add_argument("--show", action="store_true", help="print every value that differs")
    options = parser.parse_args()
    truth = json.loads((options.records / "truth.json").read_text())
    tally: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for path in sorted(options.records.glob("*.pdf")):
        fields = truth[path.name]["fields"]
        suggestions = {
            one["name"]: one for one in described(readings(path, options.readings))["suggestions"]
        }
        group = "digital" if "digital" in path.name else "scan"
        for name, key in FIELDS.items():
            outcome = compare(suggestions.get(name), fields[key], key in fields["handwritten"])
            tally[name][group, outcome] += 1
            if options.show and outcome not in {"right", "absent", "pen"}:
                told = suggestions.get(name, {})
                print(
                    f"{path.name} {name}: {outcome}, {told.get('value')!r} at {told.get('confidence')}, true {fields[key]!r}"
                )
    print(report(tally))


def readings(path: Path, ready: Path | None) -> list[dict[str, Any]]:
    """The pages as read before, or read now."""
    if ready is not None:
        pages: list[dict[str, Any]] = json.loads((ready / f"{path.name}.json").read_text())
        return pages
    count = len(pdfium.PdfDocument(path))
    numbers = sorted({1, 2, count - 1, count} & set(range(1, count + 1)))
    how = {"kind": "pdf", "media_type": "application/pdf", "numbers": numbers, "languages": "vie"}
    with TemporaryDirectory() as files:
        read: list[dict[str, Any]] = read_pages(path, how, Path(files))["pages"]
    return read


def described(pages: list[dict[str, Any]]) -> dict[str, Any]:
    """What the job says of the first two and the last two pages."""
    count = max(page["number"] for page in pages)
    wanted = {1, 2, count - 1, count}
    return describe_pages(None, {"pages": [p for p in pages if p["number"] in wanted]}, Path())


def compare(suggestion: dict[str, Any] | None, true: str, by_pen: bool) -> str:
    """right, wrong (given with confidence), doubted (wrong below it), missing; absent and pen are no faults."""
    if suggestion is None:
        return "pen" if by_pen else "missing" if true else "absent"
    if plain(suggestion["value"]) == plain(true):
        return "right" if suggestion["confidence"] >= TRUSTED else "doubted right"
    return "wrong" if suggestion["confidence"] >= TRUSTED else "pen" if by_pen else "doubted"


def plain(value: str) -> str:
    """Case and the place of spaces do not matter, letters and accents do."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", value)).strip().casefold()


def report(tally: dict[str, Counter[tuple[str, str]]]) -> str:
    """One line a field: accuracy of digital files and scans, and wrong values given with confidence."""
    return "\n".join(rows(tally))


def rows(tally: dict[str, Counter[tuple[str, str]]]) -> Iterator[str]:
    """The table's lines."""
    yield f"{'field':18}{'digital':>12}{'scan':>12}{'wrong':>8}{'missing':>9}{'doubted':>9}"
    for name, counts in tally.items():
        cells = [share(counts, group) for group in ("digital", "scan")]
        wrong, missing, doubted = (
            sum(n for (_, outcome), n in counts.items() if outcome.startswith(kind))
            for kind in ("wrong", "missing", "doubted")
        )
        yield f"{name:18}{cells[0]:>12}{cells[1]:>12}{wrong:8}{missing:9}{doubted:9}"


def share(counts: Counter[tuple[str, str]], group: str) -> str:
    """Right ones (or rightly none) of all, as a ratio."""
    of = sum(n for (g, _), n in counts.items() if g == group)
    good = sum(counts[group, outcome] for outcome in ("right", "absent", "pen"))
    return f"{good / of:.3f}" if of else "-"


if __name__ == "__main__":
    main()
