"""Bytes that must never change, made by programs that share nothing with the product.

They are written from docs/receipts.md and docs/seals.md and use the standard library alone. What
they make is kept beside them; a new definition needs a new version of it, never other bytes.
"""
