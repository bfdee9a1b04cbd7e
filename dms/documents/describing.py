"""The form of the description: what a person typed, beside what he saw when he began."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dms.documents.models import Document
from dms.documents.models.document import METADATA
from dms.documents.operations import NotADate, empty, parsed
from dms.documents.revisions import label_of, shown

SEEN = "seen-"
LONG = ("subject", "description")


@dataclass(frozen=True, slots=True)
class FormRow:
    """A field with its name for people, the value that was seen, and what another wrote meanwhile."""

    field: forms.BoundField
    label: str
    seen: str
    clash: str


class DescriptionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """All descriptive fields. Each carries the value that was seen, so that nobody overwrites blindly."""

    issued_on = forms.DateField(
        label=_("date of issue"), required=False, input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": "15/09/2023"}),
        error_messages={"invalid": _("This is not a date: write it as 15/09/2023 or 2023-09-15.")},
    )  # fmt: skip

    class Meta:
        model = Document
        fields = METADATA
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in LONG}

    @property
    def seen(self) -> Mapping[str, Any]:
        """The values the person saw: what the form was opened with, or what it brought back."""
        if not self.is_bound:
            return {name: self.initial.get(name) for name in METADATA}
        return {name: seen_value(name, self.data.get(SEEN + name, "")) for name in METADATA}

    def changes(self) -> dict[str, Any]:
        """What the person changed, of a valid form."""
        typed = {name: one_kind_of_newline(self.cleaned_data[name]) for name in METADATA}
        return {name: value for name, value in typed.items() if value != self.seen[name]}

    def clashes(self, document: Document) -> dict[str, str]:
        """Fields that this person and another changed differently, with the other's value."""
        return {
            name: shown(getattr(document, name)) or "–"
            for name, mine in self.changes().items()
            if getattr(document, name) not in (mine, self.seen[name])
        }

    def on_top_of(self, document: Document) -> "DescriptionForm":
        """The same entries over the values of now: what the person did not touch becomes the other's."""
        touched = self.changes()
        entries = {name: touched.get(name, getattr(document, name)) for name in METADATA}
        data = {name: shown(value) for name, value in entries.items()}
        seen = {SEEN + name: str(getattr(document, name) or "") for name in METADATA}
        return DescriptionForm(data | seen)


def form_rows(form: DescriptionForm, clashes: Mapping[str, str]) -> tuple[FormRow, ...]:
    """The form's fields in the order of the decree."""
    return tuple(
        FormRow(
            form[name], label_of(name), str(form.seen.get(name) or ""), clashes.get(name, "")
        )
        for name in METADATA
    )  # fmt: skip


def opened_form(document: Document) -> DescriptionForm:
    """The form as a person finds it."""
    return DescriptionForm(initial={name: getattr(document, name) for name in METADATA})


def seen_value(name: str, untrusted: str) -> Any:
    """A hidden value back as the field's type; one that was tampered with is as good as empty."""
    if name != "issued_on":
        return one_kind_of_newline(untrusted)
    try:
        return parsed(name, untrusted) if untrusted else None
    except NotADate:
        return empty(name)


def one_kind_of_newline(value: Any) -> Any:
    """Forms send CRLF where rows hold LF."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
