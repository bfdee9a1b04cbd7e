"""Every address of the product."""

from django.urls import include, path
from django.views.generic import RedirectView

from dms.api import api
from dms.home import home

handler404 = "dms.middleware.nothing_here"
urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("dms.accounts.sign_in_urls")),
    path("language/", include("dms.accounts.language_urls")),
    path("people/", include("dms.accounts.urls")),
    path("documents/", include("dms.documents.urls")),
    path("uploads/", include("dms.documents.tus_urls")),
    path("search/", include("search.urls")),
    path("operate/", include("dms.pipeline.urls")),
    path("api/v1/", api.urls),
    path("favicon.ico", RedirectView.as_view(url="/static/dms/favicon.svg"), name="favicon"),
]
