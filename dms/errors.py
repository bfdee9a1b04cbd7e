"""What can go wrong, told so that a person, a program and a worker each know what to do.

The docstring of a concrete error is the sentence that the user reads (translated by gettext).
"""

from typing import Any, ClassVar


class DmsError(Exception):
    """Something went wrong; nothing was changed."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        self.facts = facts

    @property
    def sentence(self) -> str:
        """The untranslated sentence: the first line of the docstring, with `{facts}` filled in."""
        return self.template.format(**self.facts)

    @property
    def template(self) -> str:
        """The msgid under which translators find the sentence."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def __str__(self) -> str:
        return self.sentence


class Invalid(DmsError):
    """The request could not be understood."""

    code = "invalid"
    http_status = 422


class Denied(DmsError):
    """You may not do this."""

    code = "denied"
    http_status = 403


class NotFound(DmsError):
    """There is nothing here, or you may not see it."""

    code = "not_found"
    http_status = 404


class Conflict(DmsError):
    """Somebody else changed this meanwhile; look at the new state and try again."""

    code = "conflict"
    http_status = 409


class Unavailable(DmsError):
    """This is not available right now; it will be tried again."""

    code = "unavailable"
    http_status = 503
    retryable = True


class IntegrityFailure(DmsError):
    """Stored bytes are not what was written; tell the operator."""

    code = "integrity_failure"
    http_status = 500
