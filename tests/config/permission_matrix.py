"""Which role gets what at every address, as the URL configuration has them: who looks (GET), and
who sends an empty form (POST). Its test with MATRIX=write writes the table anew; read what has
changed before you keep it.

The letters: "+" opens, ">" leads on, "s" asks to sign in, "-" refused, "0" not there for them,
"x" is not asked in this way, "?" asks for something else.
"""

from pathlib import Path

from django.http import HttpResponseBase

TABLE = Path(__file__).with_name("permission_matrix.txt")
SIGN_IN = ("/account/login/", "/admin/login/")
METHODS = ("get", "post")
OPENS = "+>?"
REFUSES = "-0xs"


def letter(answer: HttpResponseBase) -> str:
    status = answer.status_code
    if status in (301, 302, 303):
        return "s" if any(page in answer["Location"] for page in SIGN_IN) else ">"
    known = {200: "+", 403: "-", 401: "-", 404: "0", 405: "x"}
    return known.get(status, "?")


def read(method: str = "get") -> dict[str, str]:
    """The letters of each address, in the order of the roles."""
    block = METHODS.index(method)
    return {row: blocks[block] for row, blocks in _blocks().items()}


def _blocks() -> dict[str, list[str]]:
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    width = lines[0].index(" ")
    begins = range(0, (width + 1) * len(METHODS), width + 1)
    return {line[begins[-1] + width + 1 :]: [line[b : b + width] for b in begins] for line in lines}


def keep(number: int, found: dict[str, list[str]], roles: list[str]) -> None:
    """Write one role's columns anew; the others of a new address are blank until theirs are
    written."""
    kept, blank = _blocks(), [" " * len(roles)] * len(METHODS)
    written = ["# " + ", ".join(roles)]
    for row in sorted(found):
        blocks = [
            f"{letters[:number]}{new}{letters[number + 1 :]}"
            for letters, new in zip(kept.get(row, blank), found[row], strict=True)
        ]
        written.append(" ".join([*blocks, row]))
    TABLE.write_text("\n".join(written) + "\n", "utf-8")
