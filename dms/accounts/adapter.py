"""Login by django-allauth: no self-service sign-up, every sign-in an event."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dms.accounts.models import User
from dms.audit.operations import record_alone


class StaffOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by an administrator only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        record_alone("accounts.user.signed_in", target=user, by=user, at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response
