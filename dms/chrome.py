"""What every page shows around its content: where am I, what is there, what may I do, who am I."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from dms.accounts.models import Agency, User
from dms.accounts.preferences import THEME_COOKIE, THEMES
from dms.accounts.roles import Verb


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the product in the bar; shown to those who may do what it is for."""

    route: str
    label: Any  # a lazy translation
    icon: str
    verb: Verb | None = None


SECTIONS = (
    Section("home", _("Home"), "home"),
    Section("search:search", _("Search"), "search"),
    Section("documents:list", _("Documents"), "archive"),
    Section("pipeline:operate", _("Operation"), "gauge", Verb.OPERATE),
    Section("people:list", _("People"), "people", Verb.MANAGE_USERS),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A section with its address, and whether the page at hand belongs to it."""

    url: str
    label: Any
    icon: str
    here: bool


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The bar; worked out only where a page shows it, since fragments do not."""
    user = getattr(request, "user", None)
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    facts: dict[str, Any] = {
        "theme": theme if theme in THEMES else "system",
        "agency_name": SimpleLazyObject(lambda: agency_name(user)),
    }
    if isinstance(user, User):
        facts["sections"] = SimpleLazyObject(lambda: entries(user, request.path))
        facts["may_upload"] = SimpleLazyObject(lambda: user.may(Verb.UPLOAD))
        facts["may_take_access"] = SimpleLazyObject(lambda: user.may(Verb.TAKE_ACCESS))
        facts["initials"] = SimpleLazyObject(lambda: initials(str(user)))
    return facts


def entries(user: User, path: str) -> list[Entry]:
    """The sections that this person may open."""
    found = []
    for section in SECTIONS:
        if section.verb is not None and not user.may(section.verb):
            continue
        url = reverse(section.route)
        here = path == url if url == "/" else path.startswith(url)
        found.append(Entry(url, section.label, section.icon, here))
    return found


def agency_name(user: object) -> str:
    """The agency of the person, or the first one for those who have none or have not signed in."""
    if isinstance(user, User) and user.unit is not None:
        return user.unit.agency.name
    return Agency.objects.order_by("pk").values_list("name", flat=True).first() or ""


def initials(name: str) -> str:
    """First letters of the last two words, as Vietnamese names are called: Lê Mai Linh is ML."""
    return "".join(word[0] for word in name.split()[-2:]).upper()
