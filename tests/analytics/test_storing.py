"""Stored scores: what says the same stays, what changed or went is replaced."""

from analytics.models import Score, TallyCell
from analytics.scoring.records import as_records
from analytics.scoring.scores import compute_scores, estimate_scores
from analytics.scoring.storing import replace_scores
from tests.closing import end


def test_scores_that_say_the_same_are_left_alone(wave, answered):
    end(wave)
    compute_scores(wave)
    kept = set(Score.objects.values_list("pk", flat=True))
    compute_scores(wave)
    assert kept
    assert set(Score.objects.values_list("pk", flat=True)) == kept


def test_only_what_an_answer_changes_is_written(wave, answered, government):
    end(wave)
    compute_scores(wave)
    before = {score.pk: as_records([score]) for score in Score.objects.all()}
    TallyCell.objects.filter(question="OV", service=government.licence, value=5).first().delete()
    scores, _computation = estimate_scores(wave)
    written = replace_scores(wave, scores)
    after = {score.pk: as_records([score]) for score in Score.objects.all()}
    assert as_records(list(Score.objects.all())) == as_records(scores)
    assert after.keys() == before.keys()
    assert 0 < written == sum(after[pk] != before[pk] for pk in after) < len(scores)


def test_scores_of_what_nobody_answers_any_more_go(wave, answered, government):
    end(wave)
    compute_scores(wave)
    gone = Score.objects.filter(service=government.licence)
    assert gone.exists()
    TallyCell.objects.filter(service=government.licence).delete()
    replace_scores(wave, estimate_scores(wave)[0])
    assert not gone.all().exists()
    assert Score.objects.exists()


def test_the_order_in_which_a_database_keeps_names_says_nothing(wave, answered):
    """PostgreSQL keeps the names within JSON in an order of its own."""
    end(wave)
    compute_scores(wave)
    scores, _computation = estimate_scores(wave)
    for score in scores:
        score.beside = {"open": {"verdict": "MET", "n": 12}, "with_own": {"n": 1}}
    assert replace_scores(wave, scores) == len(scores)
    for score in scores:
        score.beside = {"with_own": {"n": 1}, "open": {"n": 12, "verdict": "MET"}}
    assert replace_scores(wave, scores) == 0
    scores[0].beside = {"with_own": {"n": 2}}
    assert replace_scores(wave, scores) == 1
