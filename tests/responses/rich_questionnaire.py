"""Adds every kind of question, conditions, a matrix, awkward codes and texts to a questionnaire."""

CHOICES = [
    {"code": "queue", "th": "รอคิวนาน", "en": "Queue"},
    {"code": "staff", "th": "เจ้าหน้าที่", "en": ""},
    {"code": "other", "th": "อื่น ๆ", "en": "Other"},
]


def add_every_kind(questionnaire, government):
    def ask(code, kind, *, channels=(), **fields):
        question = questionnaire.questions.create(
            code=code,
            kind=kind,
            position=questionnaire.questions.count(),
            **{"text_th": f"ข้อ {code}", "text_en": f"Item {code}", **fields},
        )
        question.channels.set(channels)

    ask("why", "multiple", choices=CHOICES, relevant="${OV} <= 2", hint_th="เลือกได้หลายข้อ")
    ask("which", "text", relevant="selected(${why}, 'other')", required=True)
    ask("matrix", "group", relevant="${OV} >= 1")
    ask("M1", "rating", group="matrix")
    ask("M2", "rating", group="matrix", relevant="${M1} <= 2")
    ask("about", "group")
    ask("inner", "group", group="about")
    ask("age", "number", group="inner", extra={"type": "integer"}, constraint=". >= 20 and . < 120")
    ask("income", "number", group="about", may_not_apply=True, required=True)
    ask("day", "date", constraint=". <= today()")
    ask("advise", "nps")
    ask("advise_na", "nps", may_not_apply=True)
    ask("paid", "single", choices=CHOICES, may_not_apply=True, required=True)
    ask("how", "multiple", choices=CHOICES, may_not_apply=True, constraint="count-selected(.) < 3")
    ask("sum", "calculated", calculation="${M1} + ${age}")
    ask("note", "note", text_th="ขอบคุณ ${age} & <b>\x0b", text_en="Thanks ${nobody}")
    ask("kept", "hidden", extra={"row": {"type": "geopoint", "name": "kept"}, "type": "geopoint"})
    ask("after_kept", "text", relevant="${kept} = '' and ${only_online} = ''")
    ask("only_online", "text", channels=[government.online])
    ask("1", "text", text_en="", constraint="string-length(.) < 50")
    ask("data", "single", choices=CHOICES[:2], relevant="${1} != 'x'")
    ask("meta", "text", relevant="${data} = 'queue' or ${data} = ''")
    return questionnaire
