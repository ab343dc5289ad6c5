"""Which role gets what at every address, as the URL configuration has them. Its test with
MATRIX=write writes the table anew; read what has changed before you keep it.

The letters: "+" opens, ">" leads on, "s" asks to sign in, "-" refused, "0" not there for them,
"p" takes a form alone (and lets them send it), "?" asks for something else.
"""

from pathlib import Path

from django.http import HttpResponseBase

TABLE = Path(__file__).with_name("permission_matrix.txt")
SIGN_IN = "/account/login/"


def letter(answer: HttpResponseBase) -> str:
    status = answer.status_code
    if status in (301, 302):
        return "s" if SIGN_IN in answer["Location"] else ">"
    known = {200: "+", 403: "-", 401: "-", 404: "0", 405: "p"}
    return known.get(status, "?")


def read() -> dict[str, str]:
    """The letters of each address, in the order of the roles."""
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    return {line[line.index("/") :]: line[: line.index("/") - 1] for line in lines}


def keep(number: int, found: dict[str, str], roles: list[str]) -> None:
    """Write one column anew; the others of a new address are blank until theirs is written."""
    kept = read()
    rows = {row: kept.get(row, " " * len(roles)) for row in found}
    written = [
        f"{letters[:number]}{found[row]}{letters[number + 1 :]} {row}"
        for row, letters in sorted(rows.items())
    ]
    TABLE.write_text("\n".join(["# " + ", ".join(roles), *written]) + "\n", "utf-8")
