"""Which face answers where."""

from django.urls import path

urlpatterns: list = []
