"""Parts of files over HTTP."""

import io

import pytest
from django.http import FileResponse
from django.test import RequestFactory

from dms.lib.http import file_answer, wanted_range

CONTENT = bytes(range(100))
ETAG = '"abc"'


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=10-500", (10, 99)),
        ("bytes=99-99", (99, 99)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-2", None),
        ("bytes=0-1,5-6", None),
        ("chunks=0-1", None),
        ("bytes=a-b", None),
        ("bytes=١-٢", None),
    ],
)  # fmt: skip
def test_what_a_range_means(asked: str, given: tuple[int, int] | None) -> None:
    request = RequestFactory().get("/", headers={"Range": asked})
    assert wanted_range(request, etag=ETAG, size_bytes=100) == given


def answer(**headers: str) -> FileResponse:
    request = RequestFactory().get("/", headers=headers)
    made = file_answer(
        request, io.BytesIO(CONTENT), etag=ETAG, size_bytes=100, media_type="application/pdf",
        filename="Quyết định.pdf",
    )  # fmt: skip
    assert isinstance(made, FileResponse)
    return made


def test_a_part_is_exactly_that_part() -> None:
    made = answer(Range="bytes=10-19")
    assert (made.status_code, made.getvalue()) == (206, CONTENT[10:20])
    assert made["Content-Range"] == "bytes 10-19/100"
    assert made["Content-Length"] == "10"


def test_without_a_range_it_is_the_whole() -> None:
    made = answer()
    assert (made.status_code, made.getvalue(), made["Content-Length"]) == (200, CONTENT, "100")


def test_the_whole_is_given_when_the_file_is_another_by_now() -> None:
    assert answer(Range="bytes=10-19", **{"If-Range": '"older"'}).status_code == 200
    assert answer(Range="bytes=10-19", **{"If-Range": ETAG}).status_code == 206


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_range_beyond_the_end_is_told(asked: str) -> None:
    request = RequestFactory().get("/", headers={"Range": asked})
    made = file_answer(
        request, io.BytesIO(CONTENT), etag=ETAG, size_bytes=100, media_type="application/pdf"
    )
    assert (made.status_code, made["Content-Range"]) == (416, "bytes */100")


def test_a_file_is_saved_under_its_vietnamese_name_and_never_acts() -> None:
    made = answer()
    assert (
        made["Content-Disposition"]
        == "attachment; filename*=utf-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh.pdf"
    )
    assert made["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in made["Content-Security-Policy"]
