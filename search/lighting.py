"""What the document page lights in the text of a page; settings name this for the packages below."""

from dms.errors import Invalid
from dms.lib.text import nfc
from search.highlight import Span, marks, merged, to_light
from search.parse import parse


def lit_spans(untrusted_query: str, text: str) -> tuple[Span, ...]:
    """The ranges of an NFC text where the query's words stand; none for a query that is not understood."""
    try:
        clauses = to_light(parse(untrusted_query).clauses)
    except Invalid:
        return ()
    return merged(marks(nfc(text), clauses))
