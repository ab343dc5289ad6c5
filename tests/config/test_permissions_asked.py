"""Only the access modules decide by flags and permissions; everything else asks them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("config", "surveys", "responses", "analytics")
ACCESS = {"surveys/access.py", "responses/access.py", "analytics/domains/access.py"}
GIVING = {  # where rights are given or noted, not asked for
    "surveys/roles.py",
    "surveys/admin/accounts.py",
    "surveys/act_signals.py",
}
FLAGS = {"is_staff", "is_superuser"}
ASKING = {
    "has_perm",
    "has_perms",
    "has_module_perms",
    "permission_required",
    "user_passes_test",
    "staff_member_required",
    "PermissionRequiredMixin",
    "UserPassesTestMixin",
    "IsAdminUser",
    "DjangoModelPermissions",
}
IN_PAGES = re.compile(r"\bperms\.|\.is_staff\b|\.is_superuser\b|\.agency_id\b")


def decisions(source: str) -> Iterator[int]:
    """The lines that look at flags or permissions of an account."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.Attribute(attr=name)
                | ast.Name(id=name)
                | ast.keyword(arg=name)
                | ast.alias(name=name)
                | ast.Constant(value=name)
            ) if isinstance(name, str) and name in FLAGS | ASKING:
                yield node.lineno


@pytest.mark.parametrize(
    "planted",
    [
        "request.user.is_staff",
        'user.has_perm("surveys.view_wave")',
        "user.has_perms(needed)",
        'getattr(user, "is_superuser", False)',
        "User.objects.filter(is_staff=True)",
        "from django.contrib.auth.decorators import permission_required",
        "class View(PermissionRequiredMixin): pass",
    ],
)
def test_a_decision_is_found(planted):
    assert set(decisions(planted)) == {1}


def test_asking_an_access_module_is_let_be():
    assert list(decisions("may_draw(request.user) and self.has_view_permission(request)")) == []


def test_only_the_access_modules_decide():
    files = [path for name in SOURCES for path in (ROOT / name).rglob("*.py")]
    assert len(files) > 200
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        if str(path.relative_to(ROOT)) not in ACCESS | GIVING and path.parent.name != "migrations"
        for line in decisions(path.read_text("utf-8"))
    ]
    assert not found, f"ask a may_ function instead: {found}"


def test_where_rights_are_given_nothing_is_asked():
    """These name the flags, as columns and to set them, and call nothing that decides."""
    for name in GIVING:
        source = (ROOT / name).read_text("utf-8")
        named = {
            node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)
        }
        assert not named & ASKING, name


def test_pages_do_not_decide():
    files = list((ROOT / "templates").rglob("*.html"))
    assert len(files) > 50
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if IN_PAGES.search(line)
    ]
    assert not found, f"ask a may_ filter instead: {found}"
