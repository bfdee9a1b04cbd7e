"""Files as HTTP answers: validators, parts (RFC 9110 ranges), and headers that keep a browser from running them."""

import re
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")
SEALED = "default-src 'none'; sandbox"  # a file is shown or saved, it never acts
CHUNK_BYTES = 64 * 1024


class Part:
    """A stream that ends after a number of bytes."""

    def __init__(self, stream: BinaryIO, size_bytes: int) -> None:
        self.stream = stream
        self.left_bytes = size_bytes

    def read(self, size: int = -1) -> bytes:
        """At most `size` of the bytes that are left."""
        wanted = self.left_bytes if size < 0 else min(size, self.left_bytes)
        chunk = self.stream.read(wanted)
        self.left_bytes -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the stream below."""
        self.stream.close()


def wanted_range(request: HttpRequest, *, etag: str, size_bytes: int) -> tuple[int, int] | None:
    """First and last byte that the request asks for; None for the whole.

    A range is for the very bytes that the client began with (`If-Range`); several at once, or none that
    can be understood, give the whole. An empty one is told by first > last.
    """
    if request.headers.get("If-Range", etag) != etag:
        return None
    match = ONE_RANGE.match(request.headers.get("Range", "").strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return max(0, size_bytes - int(last)), size_bytes - 1 if int(last) else -1
    end = min(int(last), size_bytes - 1) if last else size_bytes - 1
    if last and int(last) < int(first):
        return None
    return int(first), end


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the client holds these bytes already."""
    held = request.headers.get("If-None-Match", "")
    return held.strip() == "*" or etag in {part.strip() for part in held.split(",")}


def file_answer(
    request: HttpRequest, stream: BinaryIO, *, etag: str, size_bytes: int, media_type: str,
    filename: str = "", cache: str = "private, no-cache",
) -> HttpResponseBase:  # fmt: skip
    """The bytes, or the part that is asked for; with a filename, to be saved and not shown."""
    headers = {
        "ETag": etag, "Cache-Control": cache, "Vary": "Cookie", "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": SEALED,
    }  # fmt: skip
    part = wanted_range(request, etag=etag, size_bytes=size_bytes)
    if part is None:
        headers["Content-Length"] = str(size_bytes)
        return _answer(stream, 200, headers, media_type, filename)
    first, last = part
    if first > last:
        stream.close()
        headers["Content-Range"] = f"bytes */{size_bytes}"
        return HttpResponse(status=416, headers=headers)
    stream.seek(first)
    headers["Content-Range"] = f"bytes {first}-{last}/{size_bytes}"
    headers["Content-Length"] = str(last - first + 1)
    return _answer(Part(stream, last - first + 1), 206, headers, media_type, filename)


def not_modified(etag: str, *, cache: str = "private, no-cache") -> HttpResponse:
    """The client's copy is still good."""
    return HttpResponse(
        status=304, headers={"ETag": etag, "Cache-Control": cache, "Vary": "Cookie"}
    )


def _answer(
    stream: BinaryIO | Part, status: int, headers: dict[str, str], media_type: str, filename: str
) -> FileResponse:
    response = FileResponse(
        stream, status=status, headers=headers, content_type=media_type,
        as_attachment=bool(filename), filename=filename,
    )  # fmt: skip
    response.block_size = CHUNK_BYTES
    return response
