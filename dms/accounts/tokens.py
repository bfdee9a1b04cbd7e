"""Tokens by which programs sign in: shown once, kept as a digest, revocable."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from dms.accounts.models import ApiToken, User
from dms.audit.base import Actor
from dms.audit.operations import record


def create_token(user: User, *, name: str, by: Actor, at: datetime) -> str:
    """A new token; this is the only moment it can be read."""
    plain = "vk_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(user=user, name=name, digest=digest(plain), created_at=at)
        record("accounts.token.created", target=token, by=by, at=at)
    return plain


def revoke_token(token: ApiToken, *, by: Actor, at: datetime) -> None:
    """The token opens nothing from now on."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
            record("accounts.token.revoked", target=token, by=by, at=at)


def user_of(plain: str) -> User | None:
    """The active person behind a token."""
    found = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest(plain), revoked_at=None, user__is_active=True)
        .first()
    )
    return found.user if found else None


def digest(plain: str) -> str:
    """Tokens are long and random, so a plain hash keeps them safe."""
    return hashlib.sha256(plain.encode()).hexdigest()
