"""Search in a real browser: suggestions, facets, hits by keys with the page beside them, and what is told in trouble."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from django.db import transaction
from PIL import Image
from playwright.sync_api import Page, expect

from dms.documents import operations
from search.base import SearchUnavailable
from tests.browser.archive import Archive, pictured, searchable
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People
from tests.renditions import a_word

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]


@pytest.fixture
def second(people: People, archive: Archive) -> str:
    """Another scan that the same words find, with its words elsewhere; its id."""
    with transaction.atomic():
        made = a_document(b"%PDF-1.7 2", by=people.owner, name="Báo cáo 3.pdf", texts=["Ủy ban nhân dân huyện"])  # fmt: skip
        operations.edit_metadata(made, {"type_name": "Báo cáo"}, by=people.owner, at=NOON)
        pictured(made, words=[a_word("Ủy", 500, 1500, 0, 60), a_word("ban", 600, 1500, 0, 90)])
    searchable()
    return str(made.pk)


def test_a_slash_leads_to_the_box_which_offers_titles_by_keys(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/")
    page.keyboard.press("/")
    box, offers = page.locator("#finder"), page.locator("#finder-offers [role=option]")
    expect(box).to_be_focused()
    assert box.input_value() == "", "the stroke itself is not typed"
    page.keyboard.type("quyet")
    expect(offers.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    title = offers.first.inner_text()
    page.keyboard.press("ArrowDown")
    expect(offers.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "offer-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator("#finder")).to_have_value(title)
    expect(page.locator(".hit")).to_have_count(1)
    page.keyboard.press("/")
    page.keyboard.type("thong")
    expect(offers.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(offers).to_have_count(0)
    expect(box).not_to_be_focused()


def test_a_facet_narrows_in_place_and_back_widens(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    asked: list[str | None] = []
    page.on("request", lambda request: asked.append(request.headers.get("hx-request")) if "/search/?" in request.url else None)  # fmt: skip
    page.goto("/search/?q=tu+son")
    expect(page.locator("h1")).to_have_text("2 documents")
    page.locator(".facets a", has_text="Thông báo").click()
    expect(page.locator("h1")).to_have_text("1 document")
    assert "kind=" in page.url
    assert asked == [None, "true"], "the answer alone was asked for"
    assert page.locator("header.bar").count() == 1
    page.go_back()
    expect(page.locator("h1")).to_have_text("2 documents")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("1 document")
    page.locator(".chip").click()
    expect(page.locator("h1")).to_have_text("2 documents")
    assert "kind=" not in page.url


def test_the_page_beside_follows_the_keys_with_its_words_lit(
    page_of: Callable[..., Page], people: People, archive: Archive, second: str
) -> None:
    page = page_of(people.owner)
    page.goto("/search/?q=uy+ban")
    expect(page.locator(".hit")).to_have_count(2)
    hits = [hit.get_attribute("data-lit") or "" for hit in page.locator(".hit").all()]
    places = [0.85 if "Báo cáo" in hit else 0.11 for hit in page.locator(".hit").all_inner_texts()]
    scan, lit = page.locator("[data-preview-image]"), page.locator("[data-preview-lit]")
    for key, place in (("j", 1), ("k", 0), ("n", 1)):
        page.keyboard.press(key)
        expect(page.locator(".hit.at")).to_have_count(1)
        expect(lit).to_have_attribute("src", hits[place])
        for image in (scan, lit):
            expect(image).to_have_js_property("complete", True)
            assert image.evaluate("image => image.naturalWidth") > 0
        assert lit_at(page.locator(".preview__page").screenshot()) == pytest.approx(
            places[place], abs=0.03
        )
    yellow = page.request.get(hits[0]).text()
    assert yellow.count("<rect") == 2
    with page.expect_download() as download:
        page.keyboard.press("d")
    opened = page.locator(".hit.at [data-open]").get_attribute("href")
    assert download.value.suggested_filename.endswith(".pdf")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{opened}")
    expect(page.locator("#stage .lit")).to_be_visible()


def lit_at(picture: bytes) -> float:
    """How far down the page its highest lit word shows, 0.0–1.0."""
    with Image.open(io.BytesIO(picture)) as shown:
        pixels = np.asarray(shown.convert("RGB")).astype(int)
    yellow = (pixels[:, :, 0] - pixels[:, :, 2] > 30).any(axis=1)
    return float(yellow.argmax() / len(yellow)) if yellow.any() else -1.0


def test_a_query_that_is_not_understood_and_one_that_finds_nothing(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/search/?q=ngay:x")
    expect(page.get_by_role("alert")).to_contain_text("is not a date")
    expect(page.locator("#finder")).to_have_value("ngay:x")
    expect(page.locator("details.help")).to_have_attribute("open", "")
    page.fill("#finder", "khongcochunay")
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_have_text("Nothing found within what you may see")
    page.goto("/search/?q=tu+son&kind=Báo cáo")
    page.get_by_text("Search without the filters").click()
    expect(page.locator(".hit")).to_have_count(2)


def test_an_index_that_is_away_is_told_in_place_and_tried_again(
    page_of: Callable[..., Page], people: People, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(people.owner, forgiven=["status of 503"])
    page.goto("/search/?q=tu+son")
    with monkeypatch.context() as broken:
        broken.setattr("search.views.find", away)
        page.locator(".facets a").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("header.bar")).to_have_count(1)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator(".hit")).not_to_have_count(0)


def away(*args: object, **kwargs: object) -> None:
    raise SearchUnavailable
