"""Lit words over the scan: an image and JSON, for those who may see the page."""

import json
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from dms.backends import backend
from dms.documents.models import Document, Version
from dms.documents.reading import keep_rendition
from tests.factories import a_document
from tests.people import ACTORS, People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]
SVG = "{http://www.w3.org/2000/svg}"
WORDS = [
    {"text": text, "box": {"left": left, "top": 100, "width": 90, "height": 40}, "confidence": 0.9, "line": 0}
    for text, left in (("Quyết", 10), ("định", 110), ("<&>", 210))
]  # fmt: skip


@pytest.fixture
def scan(people: People) -> Version:
    document: Document = a_document(
        by=people.owner, granted_to=people.granted, texts=("Quyết định",)
    )
    version = document.current
    assert version is not None
    blob = backend("OBJECT_STORES").put(json.dumps({"number": 1, "words": WORDS}).encode())
    keep_rendition(version, kind="words", page=1, media_type="application/json", blob=blob)
    return version


def address(version: Version, name: str = "lit", page: int = 1) -> str:
    return reverse(f"search:{name}", args=[version.pk, page])


def test_the_image_lies_on_the_page(people: People, scan: Version) -> None:
    response = people.client("owner").get(address(scan), {"q": "quyet -dinh"})
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"].startswith("private")
    root = ET.fromstring(response.content)
    assert root.attrib["viewBox"] == "0 0 1240 1754"
    rect = root.find(f"{SVG}rect")
    assert rect is not None
    assert [rect.attrib[name] for name in ("x", "y", "width", "height", "class")] == ["10", "100", "90", "40", "lit"]  # fmt: skip
    assert b"style" not in response.content


def test_the_same_for_programs(people: People, scan: Version) -> None:
    response = people.client("owner").get(address(scan, "lit_boxes"), {"q": '"quyet dinh"'})
    assert response.json() == {"width": 1240, "height": 1754, "boxes": [[10, 100, 190, 40]]}


@pytest.mark.parametrize("query", ["", "vắng", "ngay:broken", '"><script>', "-quyết"])
def test_nothing_to_light_is_an_empty_image(people: People, scan: Version, query: str) -> None:
    response = people.client("owner").get(address(scan), {"q": query})
    assert response.status_code == 200
    assert len(ET.fromstring(response.content)) == 0


@pytest.mark.parametrize("name", ["lit", "lit_boxes"])
@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_not_see_the_page_finds_nothing(
    people: People, scan: Version, actor: str, name: str
) -> None:
    status = people.client(actor).get(address(scan, name), {"q": "quyet"}).status_code
    expected = {"stranger": 404, "administrator": 404, "anonymous": 302}
    assert status == expected.get(actor, 200)


def test_a_page_that_does_not_exist(people: People, scan: Version) -> None:
    assert people.client("owner").get(address(scan, page=9)).status_code == 404


def test_a_page_without_words(people: People) -> None:
    version = a_document(by=people.owner, texts=("Quyết định",)).current
    assert version is not None
    response = people.client("owner").get(address(version, "lit_boxes"), {"q": "quyet"})
    assert response.json()["boxes"] == []
