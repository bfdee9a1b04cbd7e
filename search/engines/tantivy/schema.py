"""How an entry lies in the index: each text as exact and folded words, joined by spaces for a whitespace analyser."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import tantivy

from dms.lib.text import folded, number_form, words
from search.base import Entry, FacetName, Field

VERSION = 1  # rises with every change of what is written below
ID_BITS = 64

# A clause's field by its folded and its exact twin; `head` only weighs.
FOLDED = {field: f"{field}_folded" for field in Field}
EXACT = {Field.ANY: "any_exact", Field.TITLE: "title_exact"}
HEAD = "head_folded"
NUMBER_FORM = "number_form"
FACETS = {name: f"facet_{name}" for name in FacetName}


def build() -> Any:
    """The schema of tantivy."""
    builder = tantivy.SchemaBuilder()
    for name in (*FOLDED.values(), *EXACT.values(), HEAD):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("document", "access", NUMBER_FORM):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*FACETS.values(), "title"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("id_high", "id_low", "revision", "issued", "newest"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


SCHEMA = build()


def row(entry: Entry) -> Any:
    """An entry as a document of tantivy."""
    number = UUID(entry.document).int
    exact = {field: [words(value) for value in entry.values(field)] for field in Field}
    head = [words(value) for value in entry.head]
    fields: dict[str, Any] = {
        "document": entry.document,
        "access": sorted(entry.access),
        "id_high": number >> ID_BITS,
        "id_low": number & (2**ID_BITS - 1),
        "revision": entry.revision,
        "issued": entry.issued_day,
        "newest": entry.created_us,
        "title": entry.title_key,
        NUMBER_FORM: number_form(entry.number),
        HEAD: joined(map(folded, value) for value in head),
    }
    fields |= {name: entry.facet(facet) for facet, name in FACETS.items()}
    fields |= {name: joined(exact[field]) for field, name in EXACT.items()}
    fields |= {
        name: joined(map(folded, value) for value in exact[field]) for field, name in FOLDED.items()
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


def joined(values: Iterable[Iterable[str]]) -> list[str]:
    """Texts for a whitespace analyser; a phrase does not run from one into the next."""
    return [text for text in map(" ".join, values) if text]
