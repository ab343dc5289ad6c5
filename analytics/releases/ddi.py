"""A survey and its questions as an archive of social science reads them: DDI-Codebook 2.5.1."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from analytics.releases.descriptions import ABOUT_EN, ABOUT_TH, OPDC_EN, OPDC_TH, name_of
from surveys.kinds import kind_of
from surveys.models import Question, Wave

SPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def codebook(wave: Wave, questions: Iterable[Question], number: int, day: str) -> bytes:
    """What was asked, of whom and when; each question with its codes and what they stand for."""
    ElementTree.register_namespace("", SPACE)
    book = ElementTree.Element(_named("codeBook"), version="2.5")
    study = _under(book, "stdyDscr")
    citation = _under(study, "citation")
    title = _under(citation, "titlStmt")
    _under(title, "titl", wave.title_th, "th")
    if wave.title_en:
        _under(title, "parTitl", wave.title_en, "en")
    _under(title, "IDNo", name_of(wave))
    responsible = _under(citation, "rspStmt")
    _both(responsible, "AuthEnty", OPDC_TH, OPDC_EN)
    _under(_under(citation, "distStmt"), "distDate", day).set("date", day)
    _under(_under(citation, "verStmt"), "version", str(number)).set("date", day)
    about = _under(study, "stdyInfo")
    _both(about, "abstract", ABOUT_TH, ABOUT_EN)
    summary = _under(about, "sumDscr")
    for event, moment in (("start", wave.starts_on), ("end", wave.ends_on)):
        collected = _under(summary, "collDate", moment.isoformat())
        collected.set("date", moment.isoformat())
        collected.set("event", event)
    _under(summary, "nation", "Thailand", "en").set("abbr", "THA")
    data = _under(book, "dataDscr")
    asked = (each for each in questions if kind_of(each).answered)
    for place, question in enumerate(asked, start=1):
        _variable(data, f"V{place}", question)
    ElementTree.indent(book, " ")
    written: bytes = ElementTree.tostring(book, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _variable(data: ElementTree.Element, key: str, question: Question) -> None:
    kind = kind_of(question)
    variable = _under(data, "var")
    variable.set("ID", key)
    variable.set("name", question.code)
    _both(variable, "labl", question.text_th, question.text_en)
    _both(_under(variable, "qstn"), "qstnLit", question.text_th, question.text_en)
    choices = kind.xlsform(question).choices
    for choice in choices:
        category = _under(variable, "catgry")
        _under(category, "catValu", str(choice["code"]))
        _both(category, "labl", choice["th"], choice.get("en", ""))
    numeric = kind.scored or kind.counted or kind.page_reading == "number"
    _under(variable, "varFormat").set("type", "numeric" if numeric else "character")


def _both(parent: ElementTree.Element, name: str, thai: str, english: str) -> None:
    for code, text in (("th", thai), ("en", english)):
        if text:
            _under(parent, name, text, code)


def _under(
    parent: ElementTree.Element, name: str, text: str | None = None, language: str = ""
) -> ElementTree.Element:
    added = ElementTree.SubElement(parent, _named(name))
    added.text = text
    if language:
        added.set(LANGUAGE, language)
    return added


def _named(name: str) -> str:
    return f"{{{SPACE}}}{name}"
