"""Addresses of the operator."""

from django.urls import path

from dms.pipeline import views

app_name = "pipeline"
urlpatterns = [
    path("", views.overview, name="operate"),
    path("steps/<int:step_id>/retry/", views.retry, name="retry"),
    path("steps/<int:step_id>/cancel/", views.cancel, name="cancel"),
    path("steps/<int:step_id>/stop/", views.stop, name="stop"),
    path("failed/retry/", views.retry_all, name="retry-all"),
    path("failed/cancel/", views.cancel_all, name="cancel-all"),
]
