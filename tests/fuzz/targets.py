"""What reads bytes or text of strangers. Each target takes any bytes and raises only where the
product would have crashed, or said something untrue.

Files are read from a folder of memory where there is one: a disk would be most of the time.
"""

import io
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path

from django.utils.translation import override

from analytics.releases.reading import UnreadableError
from analytics.releases.verifying import verify
from responses.importers.detect import open_table
from responses.importers.look import look_at
from responses.importers.mapping import MappingError
from responses.importers.mapping_toml import read_mapping
from responses.ledger.notes import NoteError, Signer, Tree, Verifier
from responses.openrosa.instance import ID_LIMIT, read_instance
from responses.openrosa.refusals import Refusal
from responses.receipts.receipt import read_code
from responses.redaction.text import find, redact
from surveys.csv_files import FileError
from surveys.expressions import ExpressionError, Scope, holds, parse, references
from surveys.hash_tree import (
    Growing,
    consistency_spans,
    extends,
    hash_of,
    includes,
    inclusion_spans,
    node_hash,
)
from surveys.moments import parse_moment
from surveys.row_files import read_rows
from surveys.safe_patterns import PatternError, matches
from surveys.thai_dates import parse_date
from surveys.thai_text import normalise, parse_count, parse_decimal
from surveys.xlsform.reading import read_form
from surveys.xlsform.sheets import FormError
from tests.fuzz.workbook import with_sheet

MEMORY = Path("/dev/shm")
FOLDER = MEMORY if MEMORY.is_dir() else None
ROWS = 200


def text_of(data: bytes) -> str:
    return data.decode(errors="replace")


def table(data: bytes) -> None:
    """A file of answers, in whichever format it says it is."""
    with tempfile.NamedTemporaryFile(dir=FOLDER) as file, suppress(FileError):
        file.write(data)
        file.flush()
        found = open_table(Path(file.name))
        look = look_at(found)
        for column in look.columns:
            look.scale(column)
        with found.open() as rows:
            for number, _row in islice(rows, ROWS):
                assert number > 0


def sheet(data: bytes) -> None:
    """The same of a workbook: what a sheet's XML may be."""
    table(with_sheet(data))


def listed(data: bytes) -> None:
    """A list of the registry, as somebody keeps it."""
    with suppress(FileError, FormError):
        for _number, row in read_rows(io.BytesIO(data), "f", ["code"], ["name"]):
            assert row["code"] == normalise(row["code"])


def form(data: bytes) -> None:
    """A questionnaire, whose sheet “survey” has this XML."""
    with suppress(FormError):
        read_form(io.BytesIO(with_sheet(data, "survey")))


def mapping(data: bytes) -> None:
    """How a file's columns are read."""
    with suppress(MappingError, tomllib.TOMLDecodeError, RecursionError):
        read_mapping(tomllib.loads(text_of(data)))


def expression(data: bytes) -> None:
    """When a question is asked. The first line is an answer that it looks at."""
    answer, _line, text = text_of(data).partition("\n")
    with suppress(ExpressionError):
        tree = parse(text)
        scope = Scope(dict.fromkeys(references(tree), answer), date(2026, 11, 29), answer)
        assert holds(tree, scope) in (True, False)


def pattern(data: bytes) -> None:
    """Of what is taken none keeps a server busy: the fuzzer ends what takes seconds."""
    text, _line, answer = text_of(data).partition("\n")
    with suppress(PatternError):
        matches(text, answer)


def redaction(data: bytes) -> None:
    text = text_of(data)
    spans = [span for span, _kind in find(text)]
    assert all(0 <= start < stop <= len(text) for start, stop in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    once = redact(text)
    assert redact(once) == once
    assert spans or once == text


def cells(data: bytes) -> None:
    """Dates, times and numbers as people write them."""
    text = text_of(data)
    for read in (parse_date, parse_moment, parse_decimal, parse_count):
        with suppress(ValueError, OverflowError):
            read(text)


def code(data: bytes) -> None:
    """A receipt's code, as somebody types it: read once, it reads the same again."""
    if found := read_code(text_of(data)):
        assert read_code(found) == found


def instance(data: bytes) -> None:
    """What an OpenRosa client sends."""
    with suppress(Refusal):
        read = read_instance(data)
        assert 0 < len(read.instance_id) <= ID_LIMIT
        assert all(read.values.values())


SIGNER = Signer("a.example", bytes(range(32)))
KEY = SIGNER.verifier(1)
SIGNED = str(Tree("a.example/log", 7, bytes(32)))


def note(data: bytes) -> None:
    """A checkpoint. Nobody has signed what is not what was signed."""
    text = text_of(data)
    with suppress(NoteError):
        Verifier.read(text)
    with suppress(NoteError):
        Tree.read(text)
        if KEY.time_of(text) is not None:
            assert text.startswith(SIGNED)


def release(data: bytes) -> None:
    """A release's zip."""
    with tempfile.NamedTemporaryFile(dir=FOLDER) as file, suppress(UnreadableError):
        file.write(data)
        file.flush()
        verify(Path(file.name), KEY)


def release_part(data: bytes) -> None:
    """A release of which one part is something else: the first line says which."""
    name, _line, content = data.partition(b"\n")
    packed = io.BytesIO()
    parts = {
        "datapackage.json": b'{"resources": []}',
        "wave.json": b'{"code": "W1", "method": {}}',
        text_of(name).replace("\0", "")[:60] or "SHA256SUMS": content,
    }
    with zipfile.ZipFile(packed, "w") as file:
        for part, bytes_of_it in parts.items():
            file.writestr(part, bytes_of_it)
    release(packed.getvalue())


LEAVES = [sha256(bytes([k])).digest() for k in range(37)]


def proof(data: bytes) -> None:
    """Of the tree of LEAVES nothing else can be shown than what is in it."""
    if len(data) < 3:
        return
    index, size, kind = data[0] % 40, data[1] % 40, data[2] % 2
    path = [data[k : k + 32] for k in range(3, len(data), 32)]
    root = grown(min(size, len(LEAVES)))
    if kind and size <= len(LEAVES):
        for leaf in LEAVES:
            if includes(leaf, index, size, path, root):
                assert LEAVES[index] == leaf
                assert path == [of(span) for span in inclusion_spans(index, size)]
    elif not kind and 0 < index < size <= len(LEAVES):
        if extends(index, size, path, grown(index), root):
            assert path == [of(span) for span in consistency_spans(index, size)]
        assert not extends(index, size, path, bytes(32), root)


def of(span: tuple[int, int]) -> bytes:
    def read(node: tuple[int, int]) -> bytes:
        level, place = node
        if not level:
            return LEAVES[place]
        return node_hash(read((level - 1, 2 * place)), read((level - 1, 2 * place + 1)))

    return hash_of(span, read)


def grown(size: int) -> bytes:
    tree = Growing()
    tree.add(LEAVES[:size])
    return tree.root()


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (
        table, sheet, listed, form, mapping, expression, pattern, redaction, cells, code, instance,
        note, release, release_part, proof,
    )
}  # fmt: skip


def run(name: str, data: bytes) -> None:
    """In Thai, as most people read what is refused."""
    with override("th"):
        TARGETS[name](data)
