"""What a client can ask: its questions, its services and points, what became of a response."""

import pytest

from surveys.models import Question, ServicePoint

QUESTIONNAIRE = "/api/v1/questionnaire/?service=DLT-1&channel=counter"


@pytest.fixture
def get(client, wave, kiosk):
    return lambda url, system=kiosk, **headers: client.get(
        url, headers={**system.headers, "accept-language": "en", **headers}
    )


def test_the_questions_of_a_channel(get):
    asked = get(QUESTIONNAIRE).json()
    assert (asked["wave"], asked["questionnaire"], asked["version"]) == ("W1", "CORE", 1)
    assert [question["code"] for question in asked["questions"]] == ["OV", "P1", "S1", "D2", "D7"]
    overall, process, _staff, gender, comment = asked["questions"]
    assert (overall["overall"], overall["values"]) == (True, [1, 2, 3, 4, 5])
    assert process["values"] == [0, 1, 2, 3, 4, 5]
    assert gender["choices"][0] == {"code": "f", "th": "หญิง", "en": "Female"}
    assert comment["max_length"] == 2000
    online = get("/api/v1/questionnaire/?service=DLT-1&channel=e_service").json()
    assert "S1" not in [question["code"] for question in online["questions"]]


def test_whom_a_question_is_for_and_what_it_takes(rich, get, wave):
    asked = {question["code"]: question for question in get(QUESTIONNAIRE).json()["questions"]}
    assert asked["OV"]["required"]
    assert asked["why"]["relevant"] == "${OV} <= 2"
    assert asked["why"]["hint"] == {"th": "เลือกได้หลายข้อ", "en": ""}
    assert (asked["age"]["group"], asked["age"]["constraint"]) == ("inner", ". >= 20 and . < 120")
    assert (asked["paid"]["required"], asked["paid"]["may_not_apply"]) == (True, True)
    assert (asked["P1"]["may_not_apply"], asked["OV"]["may_not_apply"]) == (True, False)
    assert asked["sum"]["calculation"] == "${M1} + ${age}"
    assert "kept" not in asked


def test_unchanged_questions_are_not_sent_again(get, wave):
    etag = get(QUESTIONNAIRE).headers["ETag"]
    again = get(QUESTIONNAIRE, **{"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    Question.objects.filter(code="P1").update(text_en="Clear?")
    wave.save()  # whatever is remembered is looked up again
    changed = get(QUESTIONNAIRE, **{"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("service=DLT-1", 400),
        ("service=DLT-1&channel=counter&x=1", 400),
        ("service=DLT-1&channel=%00", 400),
        ("service=DOPA-1&channel=counter", 403),
        ("service=DLT-2&channel=counter", 409),
    ],
)
def test_questions_are_for_places_that_the_key_may_send_for(get, query, status):
    assert get(f"/api/v1/questionnaire/?{query}").status_code == status


def test_a_receipt_tells_its_sender_the_status_alone(get, post, neighbour):
    receipt = post(OV=4, D7="a secret").json()["receipt"]
    known = get(f"/api/v1/responses/{receipt}/")
    assert known.json()["status"] == "counted"
    assert "answers" not in known.json()
    assert b"secret" not in known.content
    others = get(f"/api/v1/responses/{receipt}/", system=neighbour)
    never = get("/api/v1/responses/0000-0000-0000/", system=neighbour)
    assert (others.status_code, others.content) == (404, never.content)
    assert get("/api/v1/responses/%00/").status_code == 400


def test_a_receipt_of_another_way_in_is_not_the_systems(get, send, government):
    receipt = send(government.licence, government.counter, 4).receipt
    assert get(f"/api/v1/responses/{receipt}/").status_code == 404


def test_services_and_points_are_the_senders_own(get, neighbour):
    services = get("/api/v1/services/").json()
    assert [service["code"] for service in services["results"]] == ["DLT-1", "DLT-2"]
    assert services["results"][0]["agency"] == "DLT"
    assert [p["code"] for p in get("/api/v1/service-points/").json()["results"]] == ["chatuchak"]
    assert get("/api/v1/service-points/", system=neighbour).json()["results"] == []


def test_lists_go_on_by_a_cursor(get, government):
    ServicePoint.objects.bulk_create(
        ServicePoint(agency=government.dlt, code=f"p{k:03}", name_th="จุด") for k in range(150)
    )
    first = get("/api/v1/service-points/").json()
    second = get(first["next"]).json()
    codes = [point["code"] for page in (first, second) for point in page["results"]]
    assert len(codes) == len(set(codes)) == 151
    assert second["next"] is None
    assert get("/api/v1/service-points/?cursor=nonsense").status_code == 404
