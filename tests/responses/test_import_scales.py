"""Ratings as numbers, as words, as both, and as codes that the file explains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.importers.names import RATING_WORDS
from responses.importers.scales import scale_of

REVERSED = {"1": "พึงพอใจมากที่สุด", "2": "มาก", "3": "ปานกลาง", "4": "น้อย", "5": "น้อยที่สุด"}
FROM_0 = {"0": "น้อยที่สุด", "1": "น้อย", "2": "ปานกลาง", "3": "มาก", "4": "มากที่สุด"}


@pytest.mark.parametrize(
    ("cells", "labels", "ratings"),
    [
        (["1", "2", "5"], REVERSED, ["5", "4", "1"]),
        (["1", "4"], {"1": "มากที่สุด", "5": "น้อยที่สุด"}, ["5", "2"]),
        (["0", "4"], FROM_0, ["1", "5"]),
        (["1", "3"], {"1": "5", "2": "4", "3": "3", "4": "2", "5": "1"}, ["5", "3"]),
        (["5 - พอใจมากที่สุด", "4 - พอใจมาก"], {}, ["5", "4"]),
        (["5. Strongly agree", "1. Strongly disagree"], {}, ["5", "1"]),
        (["1 - มากที่สุด", "5 - น้อยที่สุด"], {}, ["5", "1"]),
        (["5 ดาว", "1 ดาว", "★★★"], {}, ["5", "1", "3"]),
        (["(5) มากที่สุด", "น้อย (2)"], {}, ["5", "2"]),
        (["5/5", "ระดับ 4"], {}, ["5", "4"]),
        (["มากที่สุด", "ปานกลาง", "-"], {}, ["5", "3", None]),
        (["A5", "A1"], {}, ["5", "1"]),
    ],
)
def test_what_the_file_says_goes_before_its_numbers(cells, labels, ratings):
    scale = scale_of(cells, labels)
    assert not scale.problem
    assert [(scale.values or {}).get(cell) for cell in cells] == ratings


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["5", "4", "9", "5.0"], {}),
        (["1", "5"], {str(k): f"ระดับ {k}" for k in range(1, 6)}),
        (["1", "5"], {"1": "น้อยที่สุด", "5": "มากที่สุด", "9": "ไม่ตอบ"}),
        (["5"] * 9 + ["7"], {}),  # mistyped
        (["5"] * 9 + ["??"], {}),
    ],
)
def test_plain_numbers_stay_as_they_are(cells, labels):
    scale = scale_of(cells, labels)
    assert (scale.values, scale.problem) == (None, "")


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["10", "7", "8"], {}),
        (["5"] * 8 + ["6", "8"], {}),
        (["1", "4"], {"1": "น้อยที่สุด", "2": "น้อย", "3": "มาก", "4": "มากที่สุด"}),
        (["4", "1"], {"4": "น้อยที่สุด", "3": "น้อย", "2": "มาก", "1": "มากที่สุด"}),
        (["1", "10"], {"1": "น้อยที่สุด", "10": "มากที่สุด"}),
        (["5 = สุดยอด", "4 = โอเค"], {}),
        (["1", "2"], {str(k): "?" * k for k in range(1, 6)}),
        (["Excellent", "Very good", "Good", "Fair"], {}),
        (["5 - มาก", "4 - น้อย"], {}),
        (["why", "not"], {}),
    ],
)
def test_what_cannot_be_known_is_asked(cells, labels):
    scale = scale_of(cells, labels)
    assert scale.problem
    assert scale.values is None


def test_labels_of_no_answer_are_no_answer():
    assert scale_of(["1", "8"], REVERSED | {"8": "ไม่ทราบ"}).no_answer == ["8"]


WORD = st.sampled_from([(w, int(r)) for r, words in RATING_WORDS.items() for w in words])


@given(st.lists(st.integers(1, 5), min_size=1), st.data())
def test_a_scale_of_known_words_is_read_whichever_way_it_runs(codes, data):
    order = data.draw(st.sampled_from([1, -1]))
    words = {
        rating: data.draw(st.sampled_from(RATING_WORDS[str(rating)])) for rating in range(1, 6)
    }
    meant = {code: code if order == 1 else 6 - code for code in range(1, 6)}
    labels = {str(code): words[rating] for code, rating in meant.items()}
    cells = [str(code) for code in codes]
    scale = scale_of(cells, labels)
    assert [(scale.values or {}).get(cell, cell) for cell in cells] == [
        str(meant[code]) for code in codes
    ]


@given(st.lists(st.text(max_size=12)), st.dictionaries(st.text(max_size=3), st.text(max_size=12)))
def test_no_text_breaks_it_and_nothing_but_ratings_comes_out(cells, labels):
    scale = scale_of(cells, labels)
    assert not (scale.problem and scale.values)
    assert set((scale.values or {}).values()) <= set("012345")
