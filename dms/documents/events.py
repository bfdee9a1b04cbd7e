"""The ledger's words for documents."""

from django.utils.translation import gettext_noop as _

EVENTS = {
    "documents.document.received": _("{actor} took in the document."),
    "documents.document.duplicate_met": _("{actor} sent the same file again."),
    "documents.document.described": _("{actor} changed the description."),
    "documents.document.suggested": _("The description was read off the pages."),
    "documents.suggestion.accepted": _("{actor} accepted the suggestion for “{field}”."),
    "documents.suggestion.dismissed": _("{actor} dismissed the suggestion for “{field}”."),
    "documents.suggestion.reopened": _("{actor} took back the decision on “{field}”."),
    "documents.document.withdrawn": _("{actor} withdrew the document."),
    "documents.document.restored": _("{actor} restored the withdrawn document."),
    "documents.document.mode_changed": _("{actor} changed who may see the document (mode {mode})."),
    "documents.document.granted": _("{actor} granted access to {subject}."),
    "documents.document.grant_revoked": _("{actor} took access back from {subject}."),
    "documents.document.access_taken": _("Administrator {actor} granted himself access."),
    "documents.document.locked": _("A secrecy mark was found: the document was locked."),
    "documents.document.opened_to_judge": _(
        "{actor} opened the locked document to judge the secrecy mark."
    ),
    "documents.version.mark_cleared": _(
        "{actor} decided that the secrecy mark is none: the version is read again."
    ),
    "documents.version.added": _("{actor} checked in version {label}."),
    "documents.version.read": _("{pages} pages were read."),
    "documents.version.searchable": _("The document became searchable."),
    "documents.version.completed": _("Page images were made; the version is complete."),
    "documents.version.failed": _("Reading stopped: the version needs attention."),
    "documents.version.viewed": _("{actor} viewed the document."),
    "documents.version.downloaded": _("{actor} downloaded the file."),
}
