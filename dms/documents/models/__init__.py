"""Documents, their immutable versions, what was read off them, and who may see them."""

from dms.documents.models.access import AccessKey, Grant, GrantSubject
from dms.documents.models.document import Document, Mode
from dms.documents.models.intake import IdempotencyKey, Upload
from dms.documents.models.pages import Page, PageState, Rendition, Suggestion, SuggestionState
from dms.documents.models.secrecy import ClearedMark
from dms.documents.models.version import Version, VersionState

__all__ = [
    "AccessKey",
    "ClearedMark",
    "Document",
    "Grant",
    "GrantSubject",
    "IdempotencyKey",
    "Mode",
    "Page",
    "PageState",
    "Rendition",
    "Suggestion",
    "SuggestionState",
    "Upload",
    "Version",
    "VersionState",
]
