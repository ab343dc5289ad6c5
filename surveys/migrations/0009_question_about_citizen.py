import surveys.kinds
from django.db import migrations, models


def mark_those_of_the_core(apps, schema_editor):
    questions = apps.get_model("surveys", "Question").objects
    of_core = questions.filter(questionnaire__code="CORE", kind="single", group="")
    of_core.filter(code__in=["D1", "D2", "D3", "D4", "D6"]).update(about_citizen=True)


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0008_invitations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=surveys.kinds.kind_choices, default='rating', max_length=12, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='question',
            name='about_citizen',
            field=models.BooleanField(default=False, help_text='Stands under the heading “About you”, where it is in no group.', verbose_name='about the citizen'),
        ),
        migrations.RunPython(mark_those_of_the_core, migrations.RunPython.noop, elidable=True),
    ]
