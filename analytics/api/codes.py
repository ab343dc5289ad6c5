"""How records name each other for programs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

Code = serializers.SlugRelatedField[Any]
