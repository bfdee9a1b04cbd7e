"""How pages look: on a phone, in both languages, light and dark; nothing overflows, every word stands out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.archive import Archive
from tests.browser.looking import PHONE, faint, too_wide
from tests.browser.screens import of_the_administrator, of_the_owner
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]


def wrong(page: Page, path: str) -> list[str]:
    """What is amiss with a page, in light and in dark."""
    page.goto(path)
    found = too_wide(page)
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look)
        found += faint(page)
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
def test_on_a_phone_nothing_overflows_and_every_word_stands_out(
    page_of: Callable[..., Page], people: People, archive: Archive, language: str
) -> None:
    screens = [(people.owner, of_the_owner(archive)), (people.administrator, of_the_administrator(people)),
               (None, {"sign-in": "/accounts/login/"})]  # fmt: skip
    found: dict[str, list[str]] = {}
    for user, pages in screens:
        page = page_of(user, language=language, forgiven=["status of 404"], **PHONE)
        found |= {name: wrong(page, path) for name, path in pages.items()}
    assert {name: what for name, what in found.items() if what} == {}


def test_on_a_desk_every_word_stands_out(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner, forgiven=["status of 404"])
    found = {name: wrong(page, path) for name, path in of_the_owner(archive).items()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("options", [{}, PHONE])
def test_the_measures_can_tell(
    page_of: Callable[..., Page], people: People, archive: Archive, options: dict[str, object]
) -> None:
    page = page_of(people.owner, **options)
    page.goto("/documents/")
    heading = page.locator("h1")
    heading.evaluate("heading => { heading.style.color = 'rgb(120 120 120 / 50%)'; }")
    assert [words.partition(":")[0] for words in faint(page)] == ["4 documents"]
    assert too_wide(page) == []
    heading.evaluate("heading => { heading.style.width = '1500px'; }")
    assert too_wide(page)


def test_the_bar_of_a_phone_lies_under_the_thumb(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner, **PHONE)
    page.goto("/documents/")
    page.evaluate("scrollTo(0, 500)")
    for name, heading in (("Upload", "Upload"), ("Search", "document"), ("Documents", "4 documents"), ("Home", "today")):  # fmt: skip
        link = page.locator(".sections a", has_text=name)
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44, f"{name} is too small to touch"
        assert box["width"] >= 44
        assert box["y"] > 700, f"{name} is out of the thumb's reach"
        assert box["y"] + box["height"] <= 844
        link.tap()
        expect(page.locator("h1")).to_contain_text(heading)
    page.locator("details.me summary").tap()
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport()
