from responses.screening.rules.pasted_text import PastedText
from responses.screening.texts import SIGNATURE, plain, signature
from tests.responses.screening.conftest import made

PRAISE = "เจ้าหน้าที่ให้บริการดีเยี่ยม รวดเร็ว ประทับใจมากที่สุดในชีวิต ขอบคุณครับ"
NEARLY = "เจ้าหน้าที่ให้บริการดีเยี่ยม  รวดเร็ว, ประทับใจมากที่สุดในชีวิต ขอบคุณค่ะ!!!"
OTHERS = [
    "อยากให้เพิ่มที่จอดรถ เพราะตอนเช้าหาที่จอดยากมาก",
    "The queue was long but the clerk explained everything well",
    "เว็บไซต์ล่มบ่อยในช่วงสิ้นเดือน ควรเพิ่มเครื่องแม่ข่าย",
]


def test_the_same_text_again_and_again(check):
    strength, words = check(PastedText(), made(6, texts=[PRAISE, *OTHERS, NEARLY, PRAISE]))
    assert strength.tolist() == [0, 0, 0, 0, 0.4, 0.4]  # the first may be meant
    assert words == {"The same text in 3 answers."}


def test_twice_may_be_chance(check):
    strength, _words = check(PastedText(), made(5, texts=[PRAISE, NEARLY, *OTHERS]))
    assert not strength.any()


def test_short_praise_is_common(check):
    strength, _words = check(PastedText(), made(10, texts=["บริการดีมากครับ"] * 10))
    assert not strength.any()


def test_no_text_is_no_copy(check):
    strength, _words = check(PastedText(), made(10))
    assert not strength.any()


def test_spaces_digits_and_marks_do_not_matter_but_vowels_do():
    assert plain("ดี  มากกกกก!! 555") == plain("ดีมาก")
    assert plain("ป่า") != plain("ปา")
    assert signature("สั้น") == [0] * SIGNATURE
