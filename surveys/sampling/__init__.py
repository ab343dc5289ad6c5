"""Whom a wave asks: encounters are reported, the platform draws, anybody can repeat it."""
