"""Sentences of the libraries that our pages show and that come without Vietnamese; ours stands in the catalogue."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("The username and/or password you specified are not correct."),
    _("This account is currently inactive."),
    _("Too many failed login attempts. Try again later."),
)
