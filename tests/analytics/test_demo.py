"""The demonstration sets itself up, says that it is simulated, and adds nothing when repeated."""

from django.core.management import call_command

from analytics.models import IndicatorValue, Report, Score
from responses.models import Response
from surveys.models import FrameCell, Process, Undertaking, User, Wave


def test_demo(db, settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    call_command("demo", responses=5000)
    shown = capsys.readouterr().out
    counts = (Response.objects.count(), Score.objects.count(), Report.objects.count())
    assert "SIMULATED DATA" in shown
    assert shown.count(".pdf") == 4
    assert set(Wave.objects.values_list("state", "simulated")) == {
        ("published", True),
        ("open", True),
    }
    earlier, published, current = Wave.objects.order_by("fiscal_year")
    assert earlier.state == "published"
    nation = {"level": "nation", "is_overall": True, "measure": "top_two_box"}
    assert Score.objects.get(wave=published, **nation).evidence == "PROBABILITY"
    assert Score.objects.get(wave=current, **nation).evidence == "SELF_SELECTED"
    assert User.objects.get(username="dlt").agency.code == "DLT"
    assert not User.objects.filter(is_superuser=True).exists()
    assert Process.objects.filter(eligible=True, simulated=True).count() == 2420
    assert set(Undertaking.objects.values_list("simulated", flat=True)) == {True}
    egdi = IndicatorValue.objects.filter(indicator="egdi_rank", state="approved")
    assert egdi.get(fiscal_year=2567).value == 52
    strategy = (Process.objects.count(), FrameCell.objects.count(), IndicatorValue.objects.count())

    call_command("demo", responses=5000)
    assert counts == (Response.objects.count(), Score.objects.count(), Report.objects.count())
    assert strategy == (
        Process.objects.count(),
        FrameCell.objects.count(),
        IndicatorValue.objects.count(),
    )
