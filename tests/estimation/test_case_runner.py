"""The runner of reference cases sees what is wrong."""

import json
import shutil

import pytest

from tests.estimation.cases import main
from tests.estimation.r.language import deparse, parse
from tests.estimation.r.session import Session
from tests.estimation.shared import shared


@pytest.fixture
def folder(tmp_path):
    """A folder with one case of one result, which may be changed."""
    cases = shared("cases")
    (tmp_path / "data").mkdir()
    shutil.copy(cases / "data/apistrat.csv", tmp_path / "data")
    case = json.loads((cases / "s02_stratified.json").read_text(encoding="utf-8"))
    case["results"] = case["results"][:1]

    def write(change=lambda case: None):
        change(case)
        (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
        return str(tmp_path)

    return write


def test_agreement_passes(folder, capsys):
    assert main(folder()) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1"


@pytest.mark.parametrize("entry", ["estimate", "se"])
def test_a_seventh_digit_is_seen(folder, capsys, entry):
    def change(case):
        case["results"][0]["expected"][entry]["api00"] *= 1 + 1e-7

    assert main(folder(change)) == 1
    out = capsys.readouterr().out.splitlines()
    assert f"{entry}.api00" in out[1]
    assert out[-1] == "0 of 1"


def test_a_covariance_is_compared(folder):
    def change(case):
        case["results"][0]["expected"]["vcov"][0][1] *= 1.0001

    assert main(folder(change)) == 1


def test_an_unknown_function_is_named(folder, capsys):
    def change(case):
        case["results"][0]["r_call"] = "svyfrobnicate(~api00, d)"

    assert main(folder(change)) == 1
    assert "svyfrobnicate" in capsys.readouterr().out


def test_a_folder_without_cases_is_no_success(tmp_path):
    assert main(str(tmp_path)) == 1


def test_r_is_read_with_its_own_precedence():
    run = Session().run
    assert run("2 + 3 * 2^2") == 14
    assert run("-2^2") == -4
    assert run("(1:3)[2]") == 2
    assert run("!(1 == 2) & 3 > 2")
    assert run("{y <- 4; y / 2}") == 2
    assert deparse(parse('f(x, k=2) + I(a=="b")')[0]) == 'f(x, k = 2) + I(a == "b")'
