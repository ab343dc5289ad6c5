"""Which rules are mutated, and which tests must notice: fast ones, by file or by test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """`code`: functions, methods and constants by module; `tests`: what their names begin with;
    `quick`: every mutant is tried each time."""

    code: dict[str, list[str]]
    tests: tuple[str, ...]
    quick: bool = False


RULES = {
    "verdict": Rule(
        {
            "analytics.estimation.official": ["TARGET", "decided"],
            "analytics.estimation.verdict": [
                "MINIMUM_COVERAGE",
                "MINIMUM_RESPONSE_RATE",
                "MINIMUM_REACH",
                "judge",
                "verdicts",
                "raised",
                "unreliabilities",
            ],
        },
        ("tests/estimation/test_verdict_boundaries.py",),
        quick=True,
    ),
    "suppression": Rule(
        {
            "analytics.domains.suppression": [
                "SMALLEST_PUBLISHED",
                "_greedy",
                "_sums",
                "_cover",
            ],
            "analytics.domains.sums": ["node", "totals_of"],
        },
        ("tests/analytics/test_withholding_sums.py",),
        quick=True,
    ),
    "points": Rule(
        {"analytics.domains.points": ["hidden_points", "_holds"]},
        ("tests/analytics/test_hidden_points.py",),
        quick=True,
    ),
    "disclosure": Rule(  # what the search for a small set asks for is checked by these
        {
            "analytics.domains.audit": ["PROTECTION", "audit", "components", "breaches"],
            "analytics.domains.least": ["Least.hidden", "Least._holds", "Least.block_of"],
        },
        ("tests/analytics/test_disclosure_boundaries.py",),
        quick=True,
    ),
    "commitments": Rule(
        {
            "responses.ledger.commitments": [
                "DOMAIN",
                "COMMITTED",
                "committed_text",
                "commit",
                "leaf_text",
                "state_at",
                "commitment_of",
            ],
            "surveys.hash_tree": [
                "leaf_hash",
                "node_hash",
                "root_over",
                "Growing.add",
                "Growing.root",
            ],
        },
        ("tests/responses/ledger/test_golden.py",),
        quick=True,
    ),
    "seals": Rule(
        {
            "surveys.waves": [
                "LATER_FIELDS",
                "digest",
                "questionnaire_digest",
                "frame_digest",
                "add_ons_digest",
                "asked_add_ons",
                "broken_seals",
            ]
        },
        ("tests/surveys/test_golden_seals.py",),
        quick=True,
    ),
    "door": Rule(
        {
            "responses.intake.door": [
                "EMPTIED",
                "UNPUBLISHED",
                "Door.__init__",
                "Door.check",
                "Door.receive",
                "Door.receive_many",
                "Door.make_ready",
                "Door.store_new",
                "Door.store_ready",
                "amend",
                "_moment_for",
                "erase",
                "set_aside",
                "count_again",
                "_move_all",
            ]
        },
        (
            "tests/responses/test_intake.py",
            "tests/responses/ledger/test_checkpoints.py::test_what_is_erased_after_publication",
        ),
    ),
    "tally": Rule(
        {
            "analytics.counting.tally": [
                "TALLIED",
                "fold",
                "_fold_some",
                "_rated_questions",
                "_rebuild",
                "_check_all_kept",
                "count_all",
                "_count_responses",
                "_count_batch",
                "_contribute",
                "psu_of",
                "_add",
                "_rows",
            ]
        },
        (
            "tests/analytics/test_tally.py",
            "tests/responses/ledger/test_logging.py::test_counting_from_nothing",
            "tests/responses/ledger/test_checkpoints.py::test_published_since",
        ),
    ),
}

_LOCKS = "a lock is seen by a second connection alone: tests/postgres"
_LABEL = "only names apart the ways in which one total is split"
_ROUNDING = "answers are whole numbers; a millionth is for the solver's last digits"
_ALIKE = "the parts of one sum all have an agency, and a service, or none has"
EQUIVALENT: dict[str, str] = {
    "analytics.domains.audit.breaches: 1e-06 -> 1.0009999999999998e-06": _ROUNDING,
    "analytics.domains.audit.breaches: 1e-06 -> 9.989999999999999e-07": _ROUNDING,
    "analytics.domains.audit.breaches: high - low < PROTECTION - 1e-06 -> "
    "high - low <= PROTECTION - 1e-06": _ROUNDING,
    "analytics.domains.audit.breaches: program.look_around() -> pass": "only saves programs",
    "analytics.estimation.verdict.judge: 1.0 -> 1.001": "no estimate speaks for more than all",
    "analytics.estimation.verdict.judge: 1.0 -> 0.999": "both are far above the limit",
    "analytics.estimation.verdict.verdicts: True -> False": "both have an entry for each row",
    "analytics.counting.tally._fold_some: lock(wave) -> pass": _LOCKS,
    "analytics.counting.tally._rebuild: 0 -> 1": "it only runs to the end of what it goes through",
    "analytics.domains.sums.totals_of: 'below' -> 'below?'": _LABEL,
    "analytics.domains.sums.totals_of: 'channels' -> 'channels?'": _LABEL,
    "analytics.domains.suppression._cover: 0 -> 1": _ALIKE,
    "analytics.domains.suppression._cover: 0 -> -1": _ALIKE,
    "responses.intake.door._move_all: 'self' -> 'self?'": _LOCKS,
    "responses.intake.door.erase: 'self' -> 'self?'": _LOCKS,
}
"""Mutants that nothing can tell from the original, and why."""
