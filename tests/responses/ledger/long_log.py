"""Over six hundred leaves, of responses that were changed, erased, set aside or not logged yet."""

from analytics.counting import tally
from responses.intake.door import Door, Submission, amend, erase, set_aside
from responses.ledger import checkpoints
from responses.models import Response


def make(wave, government):
    door = Door(wave)

    def sent(first, count):
        checked = [
            door.check(
                Submission(
                    key=f"long-{k}",
                    service=government.licence,
                    channel=government.counter,
                    answers={"OV": 1 + k % 5, "P1": 4, **_words(k)},
                    source=Response.Source.WEB,
                )
            )
            for k in range(first, first + count)
        ]
        assert door.receive_many(checked) == count
        return list(Response.objects.order_by("-pk")[:count])[::-1]

    responses = sent(0, 300)
    for response in responses[:40]:
        amend(response, {"P1": 5}, reason="completed")
    tally.fold(wave)
    checkpoints.keep(wave)
    for response in responses[20:60]:
        amend(Response.objects.get(pk=response.pk), {"P1": 1}, reason="corrected")
    for response in (responses[5], responses[30], responses[200]):
        erase(Response.objects.get(pk=response.pk))
    set_aside(wave, [response.pk for response in responses[210:230]], reason="burst")
    tally.fold(wave)
    responses += sent(300, 220)
    tally.fold(wave)
    checkpoints.keep(wave)
    sent(520, 3)
    amend(responses[100], {"P1": 2}, reason="corrected")


def _words(k):
    return {"D7": f"ความเห็น “{k}”\n\\"} if k % 7 == 0 else {}
