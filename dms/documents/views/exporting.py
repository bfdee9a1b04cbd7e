"""A list as a table for a spreadsheet: what is visible, whole, without formulas."""

import csv
import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from dms.accounts.models import User
from dms.documents.listing import Wish, wished, with_company
from dms.documents.models import Document, Version

BOM = "\ufeff"  # Excel takes a file without it for the machine's own code page
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BATCH = 500


def csv_lines(wish: Wish, *, user: User) -> Iterator[str]:
    """The header and one line for each document, in the order of the list."""
    yield BOM + line(
        gettext("Title"), gettext("Kind"), gettext("Number, notation"), gettext("Date of issue"),
        gettext("Issuing agency"), gettext("Subject"), gettext("Signer"), gettext("Owning unit"),
        gettext("Taken in by"), gettext("Received"), gettext("State"), gettext("Pages"),
        gettext("File name"), "SHA-256", gettext("Identifier"),
    )  # fmt: skip
    for document in with_company(wished(wish, user=user)).iterator(chunk_size=BATCH):
        if document.current is not None:
            yield row(document, document.current)


def row(document: Document, version: Version) -> str:
    """One document."""
    received = timezone.localtime(document.created_at)
    return line(
        document.title, document.type_name, document.number,
        date_format(document.issued_on, "d/m/Y") if document.issued_on else "",
        document.organ_name, document.subject, document.signer_name, document.unit.name,
        str(document.created_by), date_format(received, "d/m/Y H:i"),
        str(version.get_state_display()), str(version.page_count or ""), version.filename,
        version.sha256, str(document.pk),
    )  # fmt: skip


def line(*cells: str) -> str:
    """One line of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerow([plain(cell) for cell in cells])
    return out.getvalue()


def plain(cell: str) -> str:
    """A text that a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
