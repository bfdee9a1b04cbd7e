"""Reading the Vietnamese catalogue, and what the sources ask of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
MESSAGES = ROOT / "dms" / "locale" / "vi" / "LC_MESSAGES"
PACKAGES = ("dms", "ocr_pipeline", "search")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"} | {
    "pgettext",
    "pgettext_lazy",
}
FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[0\])?) (".*")$')
NAMES = {"msgid_plural": "plural", "msgid": "msgid", "msgctxt": "context"}
IN_TEMPLATE = re.compile(
    r"\b(?:gettext|ngettext|_)\((u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")", re.S
)


@dataclass
class Entry:
    """One message of the catalogue."""

    msgid: str = ""
    context: str = ""
    plural: str = ""
    text: str = ""
    fuzzy: bool = False


def entries(path: Path = MESSAGES / "django.po") -> list[Entry]:
    """All messages, without the header and without what is no longer used."""
    found = []
    for block in path.read_text().split("\n\n"):
        entry, field = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.fuzzy = "fuzzy" in line
            match = FIELD.match(line)
            if match:
                field = NAMES.get(match[1], "text")
            if (match or line.startswith('"')) and field:
                value = ast.literal_eval(match[2] if match else line)
                setattr(entry, field, getattr(entry, field) + value)
        if entry.msgid:
            found.append(entry)
    return found


def asked_for() -> Iterator[tuple[str, str]]:
    """Where, and which msgid: every sentence that code or templates hand to gettext."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for msgid in in_code(ast.parse(path.read_text())):
                yield str(path.relative_to(ROOT)), msgid
        for path in sorted((ROOT / package).rglob("templates/**/*.html")):
            for match in IN_TEMPLATE.finditer(templatize(path.read_text())):
                yield str(path.relative_to(ROOT)), ast.literal_eval(match[1])


def in_code(tree: ast.Module) -> Iterator[str]:
    """The literal first arguments of calls to gettext."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func).rpartition(".")[2]
            first = node.args[1 if name.startswith("pgettext") else 0]
            if name in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
