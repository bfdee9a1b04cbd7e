"""Forms about people and units."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from dms.accounts.models import Agency, Unit, User
from dms.accounts.roles import Role


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """A unit, named with the unit above it where two would read the same."""

    def __init__(self, **kwargs: Any) -> None:
        units = Unit.objects.select_related("agency").order_by("agency__name", "name")
        super().__init__(units, required=False, empty_label=_("none"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.agency.name}" if obj.name != obj.agency.name else str(obj.name)


class PersonForm(forms.Form):
    """What an administrator says of a person."""

    full_name = forms.CharField(label=_("Full name"), max_length=100)
    unit = UnitChoice(label=_("Unit"))
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class NewPersonForm(PersonForm):
    """A person to be opened."""

    username = forms.CharField(
        label=_("User name"), max_length=150, validators=[UnicodeUsernameValidator()],
        help_text=_("To sign in with; without spaces, such as linh.mai"),
    )  # fmt: skip
    field_order = ("username", "full_name", "unit", "roles")


class KnownPersonForm(PersonForm):
    """A person as he is, to be changed."""

    is_active = forms.BooleanField(label=_("May sign in"), required=False)

    @classmethod
    def of(cls, person: User) -> "KnownPersonForm":
        """Filled in with what is known."""
        roles = sorted(person.role_names)
        return cls(
            initial={
                "full_name": person.full_name, "unit": person.unit_id, "roles": roles,
                "is_active": person.is_active,
            }
        )  # fmt: skip


class UnitForm(forms.Form):
    """A unit: its name, and what it stands below."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent = UnitChoice(label=_("Below"))


class NewUnitForm(UnitForm):
    """A unit to be opened."""

    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label=_("Agency"), empty_label=None
    )
    field_order = ("name", "parent", "agency")


class OwnPasswordForm(forms.Form):
    """A person's own new password; the old one proves that it is he who sits there."""

    old = forms.CharField(
        label=_("Password now"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), strip=False, help_text=_("At least 12 characters"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password again"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Both entries must be the same."""
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("The two entries differ."))
        return given


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=100, help_text=_("Such as: scanner on the 2nd floor")
    )
