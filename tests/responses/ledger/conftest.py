import json

import pytest

from analytics.counting import tally
from responses.models import Leaf
from tests import check_proof
from tests.responses.ledger import long_log as long


@pytest.fixture
def logged(wave, government, send):
    """Six responses that are counted and logged."""
    responses = [
        send(government.licence, government.counter, 1 + k % 5, P1=4, D7=f"ความเห็น {k}")
        for k in range(6)
    ]
    tally.fold(wave)
    return responses


@pytest.fixture
def long_log(wave, government):
    long.make(wave, government)


@pytest.fixture
def leaf_of():
    """The leaves of a response as they say it."""

    def leaves(response):
        found = Leaf.objects.filter(receipt=response.receipt).order_by("revision")
        return [(leaf.revision, leaf.disposition, len(bytes(leaf.commitment))) for leaf in found]

    return leaves


@pytest.fixture
def checked(tmp_path, capsys):
    """What the foreign program says of a document; raises where it is not convinced."""

    def run(document, root=None):
        file = tmp_path / "proof.json"
        file.write_text(
            document if isinstance(document, str) else json.dumps(document), encoding="utf-8"
        )
        check_proof.main(file, root)
        return capsys.readouterr().out

    return run
