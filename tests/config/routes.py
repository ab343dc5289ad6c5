"""Every address that the URL configuration has, written with values of the test's choosing."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, get_resolver
from django.urls.converters import get_converters
from django.urls.resolvers import RegexPattern


class Route(NamedTuple):
    written: str
    """As in "/receipt/<code>/own/": parameters in brackets, whatever their converters."""
    kinds: dict[str, str]
    """What each parameter is: "str", "int", "uuid"; "" where an expression says it."""

    def at(self, value: Callable[[str, str], object]) -> str:
        address = self.written
        for name, kind in self.kinds.items():
            address = address.replace(f"<{name}>", str(value(name, kind)))
        return address


def routes(resolver: Any = None, before: tuple[Any, ...] = ()) -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        way = (*before, entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route("/" + "".join(map(_written, way)), _kinds(way))
        else:
            yield from routes(entry, way)


def _written(pattern: Any) -> str:
    route = str(pattern)
    if isinstance(pattern, RegexPattern):
        return simplify_regex(route).removeprefix("/")
    for name, converter in pattern.converters.items():
        route = route.replace(f"<{_kind(converter)}:{name}>", f"<{name}>")
    return route


def _kinds(way: tuple[Any, ...]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for pattern in way:
        kinds |= dict.fromkeys(pattern.regex.groupindex, "")
        kinds |= {name: _kind(converter) for name, converter in pattern.converters.items()}
    return kinds


def _kind(converter: Any) -> str:
    return next(kind for kind, known in get_converters().items() if type(known) is type(converter))
