"""Each index is written with every score, and nobody looks for scores by their service alone.

Django would take the foreign key away and check it again, which holds up who writes."""

import django.db.models.deletion
from django.db import migrations, models

INDEX = 'analytics_score_service_id_4f5b64de'


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0001_tables'),
        ('surveys', '0001_tables'),
    ]

    operations = [
        migrations.RunSQL(
            f'DROP INDEX {INDEX}',
            f'CREATE INDEX {INDEX} ON analytics_score (service_id)',
            state_operations=[
                migrations.AlterField(
                    model_name='score',
                    name='service',
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to='surveys.service',
                    ),
                ),
            ],
        ),
    ]
