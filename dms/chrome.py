"""What every page shows around its content."""

from typing import Any

from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The bar: where am I, what may I do."""
    return {}
