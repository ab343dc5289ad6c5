"""Work that one process does at a time."""

from django.db import models


class Lease(models.Model):
    """Until when a piece of work is somebody's; past times are nobody's."""

    name = models.CharField(max_length=80, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.until:%Y-%m-%d %H:%M:%S}"
