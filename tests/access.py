"""Who may call what: one row per route and method; a route without a row fails the run.

A new route: add a line to `ROWS`: its pattern, the method, who may, and the form it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.people import ACTORS


@dataclass(frozen=True)
class Who:
    """What each actor gets: `yes`, or the status that refuses him. Anonymous signs in first (or gets 401)."""

    answers: dict[str, str]

    def of(self, actor: str) -> str:
        return self.answers.get(actor, "yes")


PUBLIC = Who({})
SIGNED_IN = Who({"anonymous": "sign in"})
READERS = Who({"stranger": "404", "administrator": "404", "anonymous": "sign in"})
CHANGERS = Who(READERS.answers | {"granted": "403"})
SENDERS = Who({"administrator": "403", "anonymous": "sign in"})  # whose role may upload
CREATOR = Who(dict.fromkeys(ACTORS, "404") | {"owner": "yes", "anonymous": "sign in"})
ADMINISTRATORS = Who(
    dict.fromkeys(ACTORS, "403") | {"administrator": "yes", "anonymous": "sign in"}
)
LEADERS = Who(dict.fromkeys(ACTORS, "403") | {"anonymous": "sign in"})  # none of the actors is one


@dataclass(frozen=True)
class Row:
    """One way to call a route."""

    route: str
    method: str
    who: Who
    form: Mapping[str, Any] = field(
        default_factory=dict
    )  # names in braces are filled in; bytes are a file
    raw: bytes | None = None  # a raw body in place of a form
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    ends: int = 0  # what everybody whom the table lets in is told, where that is 404


DOCUMENT = "documents/<uuid:document_id>/"
VERSION = "documents/versions/<uuid:version_id>/"
API = "api/v1/documents"
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
OFFSET = TUS | {
    "HTTP_UPLOAD_OFFSET": "0",
    "CONTENT_TYPE": "application/offset+octet-stream",
}

# one line each
# fmt: off
ROWS = (
    Row("", "GET", SIGNED_IN),
    Row("favicon.ico", "GET", SIGNED_IN),
    Row("accounts/login/", "GET", PUBLIC),
    Row("accounts/logout/", "GET", SIGNED_IN),
    Row("language/", "POST", PUBLIC, {"language": "en"}),
    Row("language/theme/", "POST", PUBLIC, {"theme": "dark"}),
    # lists
    Row("documents/", "GET", SIGNED_IN),
    Row("documents/", "GET", SIGNED_IN, query="?format=csv"),
    Row("documents/statuses/", "GET", SIGNED_IN, query="?version={version_id}"),
    Row("documents/withdraw/", "POST", READERS, {"document": "{document_id}"}),
    Row("documents/restore/", "POST", CHANGERS, {"document": "{document_id}"}),
    Row("documents/upload/", "GET", SENDERS),
    Row("documents/upload/", "POST", SENDERS, {"file": b"bytes"}),
    Row("documents/access/", "GET", ADMINISTRATORS),
    Row("documents/access/", "POST", ADMINISTRATORS, {"document": "{document_id}", "reason": "audit"}),
    Row("documents/judge/", "GET", LEADERS),
    Row("documents/judge/", "POST", LEADERS, {"document": "{document_id}", "reason": "x"}),
    # a version
    Row(VERSION + "file/", "GET", READERS),
    Row(VERSION + "pdfa/", "GET", READERS),
    Row(VERSION + "text/", "GET", READERS),
    Row(VERSION + "pages/<int:page>/thumbnail/", "GET", READERS),
    Row(VERSION + "manifest.json", "GET", READERS),
    Row(VERSION + "pages/<int:page>/", "GET", READERS),
    Row(VERSION + "pages/<int:page>/info.json", "GET", READERS),
    Row(VERSION + "pages/<int:page>/full/<str:size>/0/default.jpg", "GET", READERS),
    Row("search/lit/<uuid:version_id>/<int:page>.svg", "GET", READERS),
    Row("search/lit/<uuid:version_id>/<int:page>.json", "GET", READERS),
    # a document
    Row(DOCUMENT, "GET", READERS),
    Row(DOCUMENT + "next-hit/", "GET", READERS, query="?q=xa"),
    Row(DOCUMENT + "edit/", "POST", CHANGERS, {"subject": "x"}),
    Row(DOCUMENT + "suggestions/<int:suggestion_id>/", "POST", CHANGERS, {"accept": "1"}),
    Row(DOCUMENT + "revisions/<int:revision_id>/revert/", "POST", CHANGERS),
    Row(DOCUMENT + "check-in/", "POST", CHANGERS, {"parent": "{version_id}", "file": b"two"}),
    Row(DOCUMENT + "check-in/<uuid:upload_id>/", "POST", CREATOR, {"parent": "{version_id}"}),
    Row(DOCUMENT + "restore/<uuid:version_id>/", "POST", CHANGERS, {"parent": "{version_id}"}),
    Row(DOCUMENT + "withdraw/", "POST", CHANGERS, {"reason": "x"}),
    Row(DOCUMENT + "restore/", "POST", CHANGERS),
    Row(DOCUMENT + "clear-mark/<uuid:version_id>/", "POST", LEADERS, {"reason": "x"}),
    Row(DOCUMENT + "mode/", "POST", CHANGERS, {"mode": "03"}),
    Row(DOCUMENT + "grants/", "POST", CHANGERS, {"subject": "user", "name": "{stranger_id}"}),
    Row(DOCUMENT + "grants/<int:grant_id>/revoke/", "POST", CHANGERS),
    # uploads
    Row("uploads/", "OPTIONS", SIGNED_IN),
    Row("uploads/", "POST", SENDERS, headers=TUS | {"HTTP_UPLOAD_LENGTH": "5"}),
    Row("uploads/<uuid:upload_id>/", "HEAD", CREATOR, headers=TUS),
    Row("uploads/<uuid:upload_id>/", "PATCH", CREATOR, raw=b"12345", headers=OFFSET),
    Row("uploads/<uuid:upload_id>/", "DELETE", CREATOR, headers=TUS),
    # people
    Row("people/", "GET", ADMINISTRATORS),
    Row("people/new/", "GET", ADMINISTRATORS),
    Row("people/new/", "POST", ADMINISTRATORS, {"username": "x"}),
    Row("people/<int:user_id>/", "GET", ADMINISTRATORS),
    Row("people/<int:user_id>/", "POST", ADMINISTRATORS, {"full_name": "x"}),
    Row("people/<int:user_id>/password/", "POST", ADMINISTRATORS),
    Row("people/units/", "GET", ADMINISTRATORS),
    Row("people/units/", "POST", ADMINISTRATORS, {"name": "x"}),
    Row("people/units/<int:unit_id>/", "GET", ADMINISTRATORS),
    Row("people/units/<int:unit_id>/", "POST", ADMINISTRATORS, {"name": "x"}),
    Row("people/me/", "GET", SIGNED_IN),
    Row("people/me/password/", "POST", SIGNED_IN),
    Row("people/me/tokens/", "POST", SIGNED_IN, {"name": "x"}),
    Row("people/me/tokens/<int:token_id>/revoke/", "POST", CREATOR),
    # operating
    Row("operate/", "GET", ADMINISTRATORS),
    Row("operate/steps/<int:step_id>/retry/", "POST", ADMINISTRATORS),
    Row("operate/steps/<int:step_id>/cancel/", "POST", ADMINISTRATORS),
    Row("operate/steps/<int:step_id>/stop/", "POST", ADMINISTRATORS),
    Row("operate/failed/retry/", "POST", ADMINISTRATORS, {"name": "read", "error": "x"}),
    Row("operate/failed/cancel/", "POST", ADMINISTRATORS, {"name": "read", "error": "x"}),
    # search
    Row("search/", "GET", SIGNED_IN, query="?q=xa"),
    Row("search/complete/", "GET", SIGNED_IN, query="?q=cong"),
    # for programs
    Row("api/v1/openapi.json", "GET", SIGNED_IN),
    Row("api/v1/", "GET", SIGNED_IN, ends=404),
    Row(API, "GET", SIGNED_IN),
    Row(API, "POST", SENDERS, raw=b"another", query="?filename=a.txt"),
    Row(API + "/<document_id>", "GET", READERS),
    Row(API + "/<document_id>", "PATCH", CHANGERS, raw=b'{"subject": "x"}'),
    Row(API + "/<document_id>/versions", "GET", READERS),
    Row(API + "/<document_id>/versions", "POST", CHANGERS, raw=b"two", query="?parent={version_id}"),
    Row(API + "/<document_id>/withdraw", "POST", CHANGERS, raw=b'{"reason": "x"}'),
    Row(API + "/<document_id>/restore", "POST", CHANGERS),
    Row(API + "/<document_id>/mode", "PUT", CHANGERS, raw=b'{"mode": "03"}'),
    Row(API + "/<document_id>/grants", "POST", CHANGERS, raw=b'{"subject": "role", "name": "clerk"}'),
    Row(API + "/<document_id>/judge", "POST", LEADERS, raw=b'{"reason": "x"}'),
    Row(API + "/versions/<version_id>/clear-mark", "POST", LEADERS, raw=b'{"reason": "x"}'),
    Row(API + "/versions/<version_id>/file", "GET", READERS),
    Row("api/v1/search", "GET", SIGNED_IN, query="?q=xa"),
    Row("api/v1/search/suggest", "GET", SIGNED_IN, query="?q=cong"),
)
# fmt: on
