import django.db.models.deletion
from django.db import migrations, models


def leave_room(apps, schema_editor):
    """So that a count that grows stays on its page, and PostgreSQL writes no index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE analytics_tallycell SET (fillfactor = 80)")


class Migration(migrations.Migration):
    dependencies = [("analytics", "0021_service_points"), ("surveys", "0027_recordings")]

    operations = [
        migrations.AlterField(
            "tallycell",
            "channel",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="surveys.channel",
            ),
        ),
        migrations.AlterField(
            "tallycell",
            "service",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="surveys.service",
            ),
        ),
        migrations.AlterField(
            "tallycell",
            "wave",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tally",
                to="surveys.wave",
            ),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
