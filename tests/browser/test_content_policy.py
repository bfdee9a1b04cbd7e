"""A crawl of every link: no page makes the console complain, none breaks, and no screen is forgotten."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from tests.browser.archive import Archive
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b")
SCREENS = {
    "administrator": {
        "home", "search:search", "pipeline:operate", "people:list", "people:new", "people:edit",
        "people:units", "people:unit", "people:me", "documents:list", "documents:document",
        "documents:next-hit", "documents:take-access",
    },
    "owner": {
        "home", "search:search", "documents:list", "documents:upload", "documents:document",
        "documents:next-hit", "documents:iiif-manifest", "people:me",
    },
}  # fmt: skip
LINKS = """() => [...document.querySelectorAll("a[href]:not([download]), form[method=get]")]
  .map((each) => each.href || each.action).filter((url) => url.startsWith(location.origin))"""


def kinds(url: str) -> set[str]:
    """Pages of one kind have the same address but for ids; each thing that can be asked for is another."""
    parts = urlsplit(url)
    path = ID.sub("#", parts.path)
    asked = [f"{name}={value}" if name == "tab" else name for name, value in parse_qsl(parts.query)]
    return {path, *(f"{path}?{what}" for what in asked)}


@pytest.mark.parametrize("actor", sorted(SCREENS))
def test_no_link_leads_to_a_complaint(
    page_of: Callable[..., Page], people: People, archive: Archive, actor: str
) -> None:
    page = page_of(people.named(actor))
    start = [f"/documents/{archive.decision.pk}/?q=uy+ban", f"/documents/{archive.failed.pk}/" if actor == "owner" else "/", "/search/?q=uy+ban"]  # fmt: skip
    base = page.request.get("/").url.rstrip("/")
    waiting = [base + path for path in start]
    seen: set[str] = set()
    names: set[str] = set()
    while waiting:
        url = waiting.pop(0)
        if kinds(url) <= seen:
            continue
        seen |= kinds(url)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        names.add(resolve(urlsplit(url).path).view_name)
        if "text/html" in answer.headers["content-type"]:
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            waiting += page.evaluate(LINKS)
    assert names == SCREENS[actor]
