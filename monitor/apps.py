"""Daphne for its `runserver` alone: its own configuration imports the server, which doubles what a command takes."""

from django.apps import AppConfig


class DaphneConfig(AppConfig):
    name = "daphne"
