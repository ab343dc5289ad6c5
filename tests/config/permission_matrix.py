"""Which role gets what at every address, as the URL configuration has them. Run this file's test
with MATRIX=write to write the table anew; read what has changed before you keep it.

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
    return {address: letters for letters, address in (line.split(" ", 1) for line in lines)}


def write(rows: dict[str, str], roles: list[str]) -> None:
    head = "# " + ", ".join(roles)
    TABLE.write_text("\n".join([head, *(f"{rows[row]} {row}" for row in sorted(rows))]) + "\n")
