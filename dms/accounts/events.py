"""The ledger's words for people and units: kind and the sentence it becomes."""

from django.utils.translation import gettext_noop as _

EVENTS = {
    "accounts.agency.created": _("{actor} opened an agency."),
    "accounts.agency.succeeded": _("{actor} let an agency inherit from another."),
    "accounts.unit.created": _("{actor} opened a unit."),
    "accounts.unit.changed": _("{actor} changed a unit."),
    "accounts.user.created": _("{actor} created a user."),
    "accounts.user.changed": _("{actor} changed a user’s unit, roles or state."),
    "accounts.user.password_set": _("{actor} set a new password."),
    "accounts.token.created": _("{actor} created a token for a program."),
    "accounts.token.revoked": _("{actor} revoked a token."),
    "accounts.user.signed_in": _("{actor} signed in."),
}
