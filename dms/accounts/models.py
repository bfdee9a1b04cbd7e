"""Agencies, their units, and the people in them."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dms.accounts.roles import MAY, Role, Verb

OPERATOR = "operator"  # the name of the machine's own actor


class Agency(models.Model):
    """An agency under one name and code for a time; communes merge and are renamed."""

    organ_id = models.CharField(_("agency identifier"), max_length=13)
    name = models.CharField(_("name"), max_length=200)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    predecessors = models.ManyToManyField(
        "self", symmetrical=False, related_name="successors", blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organ_id", "valid_from"], name="one_agency_at_a_time"),
            models.CheckConstraint(
                condition=Q(valid_to=None)
                | Q(valid_from=None)
                | Q(valid_from__lte=models.F("valid_to")),
                name="agency_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_ref(self) -> str:
        return f"agency:{self.pk}"

    def is_current(self, on: date) -> bool:
        """Whether the agency exists under this name on the day."""
        return (self.valid_from or on) <= on <= (self.valid_to or on)


class Unit(models.Model):
    """A unit (phòng ban). Its parent may belong to a successor agency, which so inherits what it holds."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="one_unit_of_a_name"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")), name="unit_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_ref(self) -> str:
        return f"unit:{self.pk}"


def with_descendants(unit_id: int) -> frozenset[int]:
    """The unit and everything below it, in one query."""
    children: dict[int | None, list[int]] = {}
    for child, parent in Unit.objects.values_list("id", "parent_id"):
        children.setdefault(parent, []).append(child)
    found, waiting = {unit_id}, [unit_id]
    while waiting:
        below = [child for child in children.get(waiting.pop(), []) if child not in found]
        found.update(below)
        waiting.extend(below)
    return frozenset(found)


class User(AbstractUser):
    """A person who signs in."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="members", null=True, blank=True, verbose_name=_("unit")
    )
    full_name = models.CharField(_("full name"), max_length=100, blank=True)
    position = models.CharField(_("position"), max_length=100, blank=True)

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def actor_ref(self) -> str:
        return f"user:{self.pk}"

    @property
    def ledger_ref(self) -> str:
        return f"user:{self.pk}"

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles of today."""
        return frozenset(self.roles.values_list("role", flat=True))

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """Own unit and those below it: what a member of a parent unit may see."""
        return with_descendants(self.unit_id) if self.unit_id else frozenset()

    @cached_property
    def access_keys(self) -> frozenset[str]:
        """The keys that open documents to this person; empty for one who may not sign in or not read."""
        if not self.may(Verb.READ):
            return frozenset()
        keys = {"staff", f"user:{self.pk}"} | {f"unit:{unit}" for unit in self.unit_ids}
        if self.unit is not None:
            keys |= {f"role:{self.unit.agency_id}:{role}" for role in self.role_names}
        return frozenset(keys)

    @property
    def is_machine(self) -> bool:
        """Whether this is the actor of commands and of the watched folder, as whom nobody can sign in."""
        return self.username == OPERATOR and not self.has_usable_password()

    def may(self, verb: Verb) -> bool:
        """Whether some role of this person allows the verb."""
        return self.is_active and any(verb in MAY[role] for role in self.role_names if role in MAY)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        for name in ("role_names", "unit_ids", "access_keys"):
            self.__dict__.pop(name, None)
        super().refresh_from_db(*args, **kwargs)


class RoleAssignment(models.Model):
    """A person holds a role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="a_role_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class ApiToken(models.Model):
    """Lets a program act as a person; only the digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_ref(self) -> str:
        return f"token:{self.pk}"
