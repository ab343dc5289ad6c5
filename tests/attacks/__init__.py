"""Strategies of lifting or smearing one agency, each a small program against the running views."""
