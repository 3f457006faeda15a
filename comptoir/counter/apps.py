"""Django application of `counter`."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """What shop staff see."""

    name = "comptoir.counter"
    label = "counter"
