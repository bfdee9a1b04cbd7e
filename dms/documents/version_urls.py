"""Addresses of a version's bytes: files to save, pictures to show, and the same for any IIIF viewer."""

from django.urls import path

from dms.documents.views import files, iiif

urlpatterns = [
    path("file/", files.download, name="download"),
    path("pdfa/", files.pdfa, name="pdfa"),
    path("text/", files.text, name="text"),
    path("pages/<int:page>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("manifest.json", iiif.manifest, name="iiif-manifest"),
    path("pages/<int:page>/", iiif.image_info, name="iiif-image"),
    path("pages/<int:page>/info.json", iiif.image_info, name="iiif-info"),
    path("pages/<int:page>/full/<str:size>/0/default.jpg", iiif.image, name="page-image"),
]
