"""Random surveys are the same on every run, and slow machines are no failure."""

from hypothesis import settings

settings.register_profile("estimation", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("estimation")
