"""The key of the marks that tell answers of one device within one wave (privacy/devices.py)."""

from __future__ import annotations

import secrets

from django.db import models

from surveys.models import Wave


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class DeviceKey(models.Model):
    """The key of one wave's marks. With its secret gone, there are marks left to clear."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True)
    secret = models.CharField(max_length=43, default=new_secret, editable=False)

    def __str__(self) -> str:
        return f"{self.wave_id}"
