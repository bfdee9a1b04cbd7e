"""Addresses."""

from django.urls import path

from search import lit, views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("complete/", views.complete, name="complete"),
    path("lit/<uuid:version_id>/<int:page>.svg", lit.svg, name="lit"),
    path("lit/<uuid:version_id>/<int:page>.json", lit.boxes, name="lit_boxes"),
]
