"""The document page in a real browser: turning, zooming, selecting, lit words, suggestions by the keyboard."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dms.documents.models import Document
from dms.documents.models import Page as Sheet
from tests.browser.archive import pictured
from tests.browser.looking import PHONE
from tests.factories import a_document
from tests.people import People
from tests.renditions import HEIGHT_PX, WIDTH_PX, suggested

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]
TEXTS = ["Ủy ban nhân dân xã Tú Sơn\nQuyết định về quy trình", "Nơi nhận: lưu văn thư", "Trang ba"]


@pytest.fixture
def document(people: People) -> Document:
    with transaction.atomic():  # as a worker does
        made = a_document(by=people.owner, name="Quyết định 09.pdf", texts=TEXTS)
    pictured(made)
    assert Sheet.objects.filter(version=made.current).count() == len(TEXTS)
    return made


def width_of(page: Page) -> float:
    box = page.locator(".sheet").bounding_box()
    assert box is not None
    return box["width"]


def test_pages_are_turned_by_keys_and_the_tab_stays(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/")
    page.locator(".tabs a", has_text="History").click()
    expect(page.locator("#panel")).to_have_attribute("data-tab", "history")
    for key, number in (("j", "2"), ("PageDown", "3"), ("k", "2"), ("p", "1"), ("n", "2")):
        page.keyboard.press(key)
        expect(page.locator("#viewer")).to_have_attribute("data-page", number)
    assert "page=2" in page.url
    assert "tab=history" in page.url
    expect(page.locator('.strip [aria-current="page"]')).to_have_text("2")
    page.reload()
    expect(page.locator("#viewer")).to_have_attribute("data-page", "2")
    expect(page.locator("#panel")).to_have_attribute("data-tab", "history")


def test_the_image_is_zoomed_fitted_and_turned(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/")
    expect(page.locator("#zoom")).to_have_text("100 %")
    whole = width_of(page)
    page.keyboard.press("+")
    assert width_of(page) == pytest.approx(whole * 1.25, rel=0.02)
    expect(page.locator("#zoom")).to_have_text("125 %")
    page.keyboard.press("-")
    assert width_of(page) == pytest.approx(whole, rel=0.02)
    page.locator("[data-do=fit-page]").click()
    stage, sheet = page.locator("#stage").bounding_box(), page.locator(".sheet").bounding_box()
    assert stage is not None
    assert sheet is not None
    assert sheet["height"] <= stage["height"]
    page.keyboard.press("r")
    turned = page.locator(".sheet").bounding_box()
    assert turned is not None
    assert turned["width"] / turned["height"] == pytest.approx(HEIGHT_PX / WIDTH_PX, rel=0.02)
    page.locator("#stage").hover()
    page.keyboard.press("0")
    before = width_of(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    assert width_of(page) > before * 1.5


def test_words_on_the_scan_are_selected_and_copied_by_line(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/")
    words = page.locator(".words tspan")
    first, last = words.first.bounding_box(), words.last.bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] - 1, last["y"] + last["height"] / 2, steps=12)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()") == "Ủy ban\nQuyết định"


def test_words_lie_where_they_stand_on_the_scan(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/")
    image, word = (
        page.locator(".scan").bounding_box(),
        page.locator(".words tspan").nth(1).bounding_box(),
    )
    assert image is not None
    assert word is not None
    scale = image["width"] / WIDTH_PX
    assert (word["x"] - image["x"]) / scale == pytest.approx(280, abs=3)
    assert word["width"] / scale == pytest.approx(90, abs=3)
    assert (
        (word["y"] - image["y"]) / scale < 215 < (word["y"] + word["height"] - image["y"]) / scale
    )


def test_lit_words_and_the_way_to_the_next(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/?q=uy+ban")
    lit = page.locator("#stage .lit")
    expect(lit).to_be_visible()
    assert page.evaluate("document.querySelector('#stage .lit').naturalWidth") == WIDTH_PX
    page.goto(f"/documents/{document.pk}/?q=noi+nhan")
    page.locator("#next-hit").click()
    expect(page.locator("#viewer")).to_have_attribute("data-page", "2")
    assert "q=noi" in page.url


def test_enter_accepts_what_is_lit_on_the_scan_and_goes_on(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    first = suggested(document, "type_name", "Quyết định")
    second = suggested(document, "place", "Tú Sơn", confidence=0.7)
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/")
    expect(page.locator(".source.at")).to_have_attribute("data-suggestion", str(first.pk))
    page.locator("#stage").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".known--next")).to_contain_text("Tú Sơn")
    expect(page.locator("#waiting")).to_contain_text("1 suggestion waits")
    expect(page.locator(".source")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#panel [data-suggestion]")).to_have_count(0)
    page.locator("#panel .known", has_text="Tú Sơn").get_by_text("Undo").click()
    expect(page.locator("#panel [data-suggestion]")).to_have_count(1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "open")


def test_looking_at_a_field_points_to_its_place(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    suggested(document, "type_name", "Quyết định")
    place = suggested(document, "place", "Tú Sơn")
    page = page_of(people.owner)
    page.goto(f"/documents/{document.pk}/")
    page.locator("#panel .known", has_text="Tú Sơn").focus()
    expect(page.locator(".source.at")).to_have_attribute("data-suggestion", str(place.pk))


def test_a_page_being_read_comes_by_itself(page_of: Callable[..., Page], people: People) -> None:
    with transaction.atomic():
        made = a_document(by=people.owner, texts=["một", "hai"])
    made.versions.update(state="reading")
    Sheet.objects.filter(number=2).update(state="waiting")
    page = page_of(people.owner)
    page.goto(f"/documents/{made.pk}/")
    expect(page.locator("#status")).to_contain_text("Reading page 2 of 2")
    Sheet.objects.filter(number=1).update(text="chữ vừa đọc")
    Sheet.objects.filter(number=2).update(state="read")
    made.versions.update(state="complete")
    expect(page.locator("#status")).to_contain_text("Searchable")
    expect(page.locator("#stage")).to_contain_text("chữ vừa đọc")
    expect(page.locator("#status[hx-trigger]")).to_have_count(0)


def test_it_reads_without_javascript(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner, java_script_enabled=False)
    page.goto(f"/documents/{document.pk}/")
    expect(page.locator(".scan")).to_be_visible()
    page.locator('.tools a[rel="next"]').click()
    assert "page=2" in page.url
    page.locator("summary", has_text="Text of this page").click()
    expect(page.locator(".page-words")).to_contain_text("lưu văn thư")
    page.locator(".tabs a", has_text="Access").click()
    expect(page.locator("#panel")).to_contain_text("Who can see it now")


def test_on_a_phone_the_scan_comes_first_and_nothing_overflows(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner, **PHONE)
    for tab in ("info", "versions", "access", "history"):
        page.goto(f"/documents/{document.pk}/?tab={tab}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        scan, panel = page.locator("#viewer").bounding_box(), page.locator("#panel").bounding_box()
        assert scan is not None
        assert panel is not None
        assert scan["y"] < panel["y"], tab


def test_two_fingers_enlarge_the_page(
    page_of: Callable[..., Page], people: People, document: Document
) -> None:
    page = page_of(people.owner, **PHONE)
    page.goto(f"/documents/{document.pk}/")
    before = width_of(page)
    fingers = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 40), ("touchMove", 60), ("touchMove", 80), ("touchEnd", 0)):
        points = [{"x": 195 - apart, "y": 400}, {"x": 195 + apart, "y": 400}] if apart else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert width_of(page) == pytest.approx(before * 2, rel=0.1)


def test_a_date_stays_in_one_piece_beside_what_is_done_with_it(
    page_of: Callable[..., Page], live_server: LiveServer, people: People, document: Document
) -> None:
    date = suggested(document, "issued_on", "2018-04-28", confidence=1.0)
    page = page_of(people.owner, viewport={"width": 1280, "height": 860})
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": "vi", "url": live_server.url}]
    )
    page.goto(f"/documents/{document.pk}/")
    field = page.locator(f'#panel [data-suggestion="{date.pk}"]')
    expect(field).to_contain_text("chắc chắn 100 %")
    lines = field.locator(".known__value").evaluate(
        "value => { const text = document.createRange(); text.selectNodeContents(value);"
        " return new Set([...text.getClientRects()].map((line) => line.top)).size; }"
    )
    assert lines == 1
