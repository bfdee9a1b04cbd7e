"""Addresses."""

from django.urls import path

from search import lit

app_name = "search"
urlpatterns = [
    path("lit/<uuid:version_id>/<int:page>.svg", lit.svg, name="lit"),
    path("lit/<uuid:version_id>/<int:page>.json", lit.boxes, name="lit_boxes"),
]
