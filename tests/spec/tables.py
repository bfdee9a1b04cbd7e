"""Tables in text: sections of rows, columns by the first line."""

from pathlib import Path


def sections(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each `## section`, by column."""
    found: dict[str, list[dict[str, str]]] = {}
    for block in path.read_text().split("\n## ")[1:]:
        title, _, body = block.partition("\n")
        head, *rows = [line for line in body.splitlines() if "|" in line]
        names = cells(head)
        found[title.split(":")[0]] = [dict(zip(names, cells(row), strict=True)) for row in rows]
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]
