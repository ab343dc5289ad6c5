"""Does over HTTP what ODK Collect does: lists forms, downloads one, fills it in, sends it."""

from base64 import b64encode
from copy import deepcopy
from uuid import uuid4
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

XFORMS = "{http://www.w3.org/2002/xforms}"
LIST = "{http://openrosa.org/xforms/xformsList}"
RESPONSE = "{http://openrosa.org/http/response}"


def basic(key: str, name: str = "collect") -> str:
    return "Basic " + b64encode(f"{name}:{key}".encode()).decode()


class Collect:
    def __init__(self, key: str, *, language: str = "en", base: str = "/openrosa") -> None:
        self.client, self.base = Client(), base
        self.headers = {
            "authorization": basic(key),
            "accept-language": language,
            "x-openrosa-version": "1.0",
            "date": "Mon, 14 Feb 2028 16:48:15 GMT",
        }

    def get(self, address: str, **query):
        return self.client.get(address, query, headers=self.headers)

    def forms(self, **query) -> list[dict[str, str]]:
        listed = self.get(f"{self.base}/formList", deviceID="collect:abc", **query)
        assert listed.status_code == 200
        document = ElementTree.fromstring(listed.content)
        assert document.tag == LIST + "xforms"
        return [{field.tag.removeprefix(LIST): field.text for field in f} for f in document]

    def blank(self, form_id: str) -> "Blank":
        (listed,) = self.forms(formID=form_id)
        return Blank(self.get(listed["downloadUrl"]).content)

    def send(self, xml, *others, name="xml_submission_file", **headers):
        xml = xml if isinstance(xml, bytes) else xml.encode()
        parts = {name: SimpleUploadedFile("W1.xml", xml, "text/xml")}
        for number, other in enumerate(others):
            parts[f"photo{number}.jpg"] = SimpleUploadedFile("photo.jpg", other, "image/jpeg")
        return self.client.post(
            f"{self.base}/submission", parts, headers={**self.headers, **headers}
        )


class Blank:
    """A blank form: its XForm, and instances made from the model in it."""

    def __init__(self, xform: bytes) -> None:
        self.text = xform.decode()
        document = ElementTree.fromstring(xform)
        self.title = document[0][0].text
        self.model = document[0].find(XFORMS + "model")
        self.instance = self.model.find(f"{XFORMS}instance")[0]
        self.body = document[1]

    def nodes(self) -> list[str]:
        return [self._name(node) for node in self.instance.iter()][1:]

    def bind(self, name: str):
        return next(
            b for b in self.model.iter(f"{XFORMS}bind") if b.get("nodeset").endswith(f"/{name}")
        )

    def choices(self, name: str) -> list[str]:
        """The codes that a select offers."""
        select = next(c for c in self.body.iter() if c.get("ref", "").endswith(f"/{name}"))
        itemset = select.find(f"{XFORMS}itemset").get("nodeset")
        (instance,) = (
            i for i in self.model.findall(f"{XFORMS}instance") if f"'{i.get('id')}'" in itemset
        )
        return [item.find(f"{XFORMS}name").text for item in instance.iter(f"{XFORMS}item")]

    def filled(self, *, instance_id: str | None = None, **answers: str) -> str:
        """The XML that is sent, its elements without a namespace, as Collect writes it."""
        instance = deepcopy(self.instance)
        answers |= {"instanceID": instance_id or f"uuid:{uuid4()}"}
        for node in instance.iter():
            node.tag = self._name(node)
            if node.tag in answers:
                node.text = answers.pop(node.tag)
        assert not answers, f"the form does not have {list(answers)}"
        return ElementTree.tostring(instance, encoding="unicode")

    def _name(self, node) -> str:
        return node.tag.rpartition("}")[2]


def message(response) -> str:
    """What a device shows of the answer."""
    envelope = ElementTree.fromstring(response.content)
    assert envelope.tag == RESPONSE + "OpenRosaResponse"
    return envelope.find(RESPONSE + "message").text
