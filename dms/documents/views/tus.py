"""The tus 1.0 server: any tus client can send a file and go on after a broken connection.

Source: https://tus.io/protocols/resumable-upload, core with the extensions creation, termination and checksum.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dms.accounts.requiring import signed_in
from dms.documents import uploading
from dms.documents.intake import LengthMissing
from dms.documents.uploading import Checksum
from dms.errors import DmsError, Invalid
from dms.middleware import error_response
from dms.storage.default import store

VERSION = "1.0.0"
ALGORITHMS = ("sha1", "sha256")


class BadHeader(Invalid):
    """The header {header} is missing or wrong."""

    code = "bad_header"
    http_status = 400


class WrongProtocol(Invalid):
    """This server speaks tus 1.0.0."""

    code = "wrong_protocol"
    http_status = 412


View = Callable[..., HttpResponseBase]


def speaking_tus(view: View) -> View:
    """Every answer names the protocol's version, also one that refuses."""

    @wraps(view)
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method != "OPTIONS":
                check_protocol(request)
            response: HttpResponseBase = view(request, *args, **kwargs)
        except DmsError as error:
            response = error_response(request, error)
            response["Tus-Version"] = VERSION
        response["Tus-Resumable"] = VERSION
        return response

    return speaking


@require_http_methods(["OPTIONS", "POST"])
@speaking_tus
def uploads(request: HttpRequest) -> HttpResponse:
    """What this server can do (OPTIONS), or a new upload (POST)."""
    if request.method == "OPTIONS":
        return answer(
            204,
            {
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,termination,checksum",
                "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
                "Tus-Max-Size": str(settings.INTAKE_MAX_BYTES),
            },
        )
    wishes = metadata(request.headers.get("Upload-Metadata", ""))
    upload = uploading.begin_upload(
        length_bytes=whole_number(request, "Upload-Length"),
        untrusted_name=wishes.pop("filename", ""), wishes=wishes, by=signed_in(request),
        at=timezone.now(),
    )  # fmt: skip
    location = request.build_absolute_uri(reverse("uploads:upload", args=[upload.pk]))
    return answer(201, {"Location": location, "Upload-Offset": "0"})


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@speaking_tus
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Where an upload stands (HEAD), more of it (PATCH), or its end (DELETE)."""
    found = uploading.own_upload(upload_id, user=signed_in(request))
    if request.method == "DELETE":
        uploading.drop_upload(found)
        return answer(204, {})
    if request.method == "HEAD":
        told = {"Upload-Offset": str(found.offset_bytes), "Upload-Length": str(found.length_bytes)}
        return answer(200, told | kept_answer(found.answer) | {"Cache-Control": "no-store"})
    if request.content_type != "application/offset+octet-stream":
        raise BadHeader(header="Content-Type")
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        raise LengthMissing  # WSGI would give us nothing of it
    arrived = uploading.append(
        found, request, offset_bytes=whole_number(request, "Upload-Offset"), at=timezone.now(),
        store=store(), checksum=checksum(request),
    )  # fmt: skip
    told = {"Upload-Offset": str(arrived.upload.offset_bytes)}
    return answer(204, told | kept_answer(arrived.answer))


def kept_answer(answer: dict[str, Any] | None) -> dict[str, str]:
    """The receipt as a header, once there is one."""
    return {"Vankho-Answer": json.dumps(answer)} if answer else {}


def answer(status: int, headers: dict[str, str]) -> HttpResponse:
    """A response as the protocol asks for it."""
    return HttpResponse(status=status, headers=headers)


def check_protocol(request: HttpRequest) -> None:
    """Raises: WrongProtocol."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongProtocol


def whole_number(request: HttpRequest, header: str) -> int:
    """A header that is a whole number. Raises: BadHeader."""
    value = request.headers.get(header, "")
    if not re.fullmatch(r"[0-9]{1,18}", value):  # fits a database integer
        raise BadHeader(header=header)
    return int(value)


def checksum(request: HttpRequest) -> Checksum | None:
    """What the bytes of this request must hash to, if the client says. Raises: BadHeader."""
    header = request.headers.get("Upload-Checksum", "")
    if not header:
        return None
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadHeader(header="Upload-Checksum")
    try:
        return Checksum(algorithm, base64.b64decode(encoded, validate=True))
    except binascii.Error as error:
        raise BadHeader(header="Upload-Checksum") from error


def metadata(header: str) -> dict[str, str]:
    """`name base64,name base64` as a table. Raises: BadHeader."""
    found = {}
    for pair in filter(None, header.split(",")):
        name, _, encoded = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadHeader(header="Upload-Metadata") from error
    return found
