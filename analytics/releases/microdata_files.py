"""The microdata of a wave as one zip: CSV, Parquet, SPSS and Stata with labels, a codebook, and
what was done to protect those who answered."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pyarrow
import pyreadstat
from pyarrow import parquet

from analytics.domain import Level
from analytics.models import Score
from analytics.releases.bundle import entry
from analytics.releases.microdata_protection import (
    DIVERSE,
    MISSING,
    NOTHING,
    K,
    coarsened,
    gives_away,
)
from analytics.releases.microdata_rows import (
    PLACE,
    Answers,
    answers_of,
    published_groups,
)
from surveys.csv_files import harmless
from surveys.kinds.rating import WORDS
from surveys.models import Agency, Channel, Question, Service, Wave

LABEL = 80
"""Characters of a label that Stata keeps."""
NAME = 32
"""Characters of a name that Stata keeps."""
OF_THE_FILE = {
    "row": ("ลำดับ ไม่มีความหมาย", "Number of the row, without meaning"),
    "agency": ("หน่วยงาน", "Agency"),
    "service": ("บริการ ว่างหากไม่เปิดเผย", "Service, empty where not given"),
    "channel": ("ช่องทาง ว่างหากไม่เปิดเผย", "Channel, empty where not given"),
    "period": ("เดือนหรือไตรมาส ว่างหากไม่เปิดเผย", "Month or quarter, empty where not given"),
    "weight": ("น้ำหนักเฉลี่ยของบริการและช่องทาง", "Mean weight of the service and channel"),
}
READ_FIRST = Path(__file__).with_name("microdata.md")


class Variable(NamedTuple):
    """A column of the file: its name there, what it says in Thai and English, and its values."""

    name: str
    th: str
    en: str
    values: Mapping[Any, tuple[str, str]]


def microdata(wave: Wave, moment: datetime) -> tuple[bytes, dict[str, int]]:
    """The zip, and how many rows were counted, given, withheld. Raises NoMicrodataError."""
    answers = answers_of(wave)
    rows, about = protected(wave, answers)
    names = _names([*answers.ratings, *about])
    variables = list(_variables(wave, answers.ratings, about, names))
    table = _table(rows, answers.ratings, names)
    facts = answers.facts | _facts(rows, [each.code for each in about])
    parts = {
        "README.md": _told(wave, rows, facts, answers, about).encode(),
        "codebook.csv": _codebook(variables),
        "microdata.csv": _csv(table),
        "microdata.parquet": _parquet(table, variables),
        **_of_statistics(table, variables),
    }
    made = BytesIO()
    with ZipFile(made, "w") as zipped:
        for name, content in sorted(parts.items()):
            zipped.writestr(entry(name, moment), content, ZIP_DEFLATED, 9)
    return made.getvalue(), facts


def protected(wave: Wave, answers: Answers) -> tuple[pd.DataFrame, list[Question]]:
    """The coarsened rows, in an order that tells nothing, and the questions about citizens that
    are in them: none whose published groups would give a few people away."""
    ratings, about = [each.code for each in answers.ratings], list(answers.about)
    while True:
        codes = [each.code for each in about]
        left = answers.frame.drop(columns=[q.code for q in answers.about if q not in about])
        rows = coarsened(left, ratings, codes)
        kept = [q for q in about if not gives_away(rows, q.code, published_groups(wave, q))]
        if kept == about:
            order = [*PLACE, "period", *codes, *ratings]
            return rows.sort_values(order, ignore_index=True)[[*order, "weight"]], about
        about = kept


def _names(questions: list[Question]) -> dict[str, str]:
    """By code a name that all three programs take; numbered where two would be the same."""
    names: dict[str, str] = {}
    for number, question in enumerate(questions, start=1):
        name = re.sub(r"\W", "_", f"q_{question.code}", flags=re.ASCII)
        taken = {each.lower() for each in names.values()}
        fine = len(name) <= NAME and name.lower() not in taken
        names[question.code] = name if fine else f"question_{number}"
    return names


def _variables(
    wave: Wave, ratings: list[Question], about: list[Question], names: Mapping[str, str]
) -> Iterator[Variable]:
    known: dict[str, Any] = {"agency": Agency, "service": Service, "channel": Channel}
    for name, (th, en) in OF_THE_FILE.items():
        found = known[name].objects.all() if name in known else []
        yield Variable(name, th, en, {each.code: (each.name_th, each.name_en) for each in found})
    for question in about:
        values = {str(each["code"]): (each["th"], each.get("en", "")) for each in question.choices}
        yield Variable(names[question.code], question.text_th, question.text_en, values)
    words = {int(each["code"]): (each["th"], each["en"]) for each in WORDS}
    for question in ratings:
        yield Variable(names[question.code], question.text_th, question.text_en, words)


def _table(rows: pd.DataFrame, ratings: list[Question], names: Mapping[str, str]) -> pd.DataFrame:
    numbers = {each.code: rows[each.code].astype("Int8") for each in ratings}
    given = rows.assign(**{code: each.mask(each == MISSING) for code, each in numbers.items()})
    given.insert(0, "row", range(1, len(given) + 1))
    weight = given.pop("weight")
    given.insert(list(OF_THE_FILE).index("weight"), "weight", weight)
    return given.rename(columns=dict(names))


def _texts(table: pd.DataFrame) -> list[str]:
    return [name for name in table if pd.api.types.is_string_dtype(table[name])]


def _csv(table: pd.DataFrame) -> bytes:
    """A text is no formula, whatever it begins with."""
    plain = table.assign(**{name: table[name].map(harmless) for name in _texts(table)})
    text: str = plain.to_csv(index=False, lineterminator="\n")
    return text.encode()


def _codebook(variables: list[Variable]) -> bytes:
    lines = []
    for each in variables:
        lines.append((each.name, "", each.th, each.en))
        lines += [(each.name, value, *words) for value, words in each.values.items()]
    columns = ["variable", "value", "label_th", "label_en"]
    return _csv(pd.DataFrame(lines, columns=columns, dtype=str))


def _label(variable: Variable) -> str:
    return (variable.en or variable.th)[:LABEL]


def _parquet(table: pd.DataFrame, variables: list[Variable]) -> bytes:
    """With the label of each column in both languages."""
    columns = pyarrow.Table.from_pandas(table, preserve_index=False)
    told = {each.name: {"label_th": each.th, "label_en": each.en} for each in variables}
    fields = [field.with_metadata(told[field.name]) for field in columns.schema]
    made = BytesIO()
    parquet.write_table(columns.cast(pyarrow.schema(fields)), made, compression="zstd")
    return made.getvalue()


def _of_statistics(table: pd.DataFrame, variables: list[Variable]) -> dict[str, bytes]:
    """Labels of variables, and of the values that are numbers; codes are in the codebook."""
    labels: dict[str, str | None] = {each.name: _label(each) for each in variables}
    values = {
        each.name: {value: en or th for value, (th, en) in each.values.items()}
        for each in variables
        if all(isinstance(value, int) for value in each.values)
    }
    values = {name: words for name, words in values.items() if words}
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        for ending, write in (("sav", pyreadstat.write_sav), ("dta", pyreadstat.write_dta)):
            path = Path(folder, f"microdata.{ending}")
            write(table, path, column_labels=labels, variable_value_labels=values)
            made[path.name] = path.read_bytes()
    return made


def _facts(rows: pd.DataFrame, about: list[str]) -> dict[str, int]:
    period = rows["period"]
    return {
        "given": len(rows),
        "by_month": int((~period.str.contains("Q") & (period != NOTHING)).sum()),
        "by_quarter": int(period.str.contains("Q").sum()),
        "described": int((rows[about] != NOTHING).any(axis=1).sum()) if about else 0,
    }


def _told(
    wave: Wave,
    rows: pd.DataFrame,
    facts: Mapping[str, int],
    answers: Answers,
    about: list[Question],
) -> str:
    overall = next(each.code for each in answers.ratings if each.is_overall)
    rated = rows[rows[overall] != MISSING]
    satisfied = rated.loc[rated[overall] >= 4, "weight"].sum() / rated["weight"].sum()
    nation = Score.objects.filter(
        wave=wave,
        level=Level.NATION,
        is_overall=True,
        measure=Score.Measure.TOP_TWO_BOX,
        withheld=False,
    ).first()
    told = {name: f"{number:,}" for name, number in facts.items()}
    return READ_FIRST.read_text("utf-8").format(
        **told,
        code=wave.code,
        title_th=wave.title_th,
        title_en=wave.title_en,
        k=K,
        diverse=DIVERSE,
        here=f"{100 * satisfied:.1f} %",
        published=f"{100 * nation.estimate:.1f} %" if nation else "–",
        about=", ".join(each.code for each in about) or "–",
    )
