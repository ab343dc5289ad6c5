"""Whom a wave asks: encounters are reported, the platform draws among them, anybody can repeat it."""
