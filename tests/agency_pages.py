"""Addresses of an agency's pages."""

from django.urls import reverse


def agency_page(wave: str, agency: str, tab: str = "page") -> str:
    return f"{reverse(f'analytics:agency_{tab}', args=[agency])}?wave={wave}"
