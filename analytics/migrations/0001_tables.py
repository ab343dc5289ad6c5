"""The tables as they were in November 2026, in the place of the migrations that had led to them."""

import analytics.models.releases
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from surveys.tables_at_once import CreateModels

REPLACED = """
0001_initial 0002_initial 0003_watch 0004_longer_question_codes 0005_selection_and_screening
0006_complete_answers 0007_second_edition 0008_stated 0009_own_answers
0010_examination_publication 0011_scorecard 0012_tokens 0013_importance 0014_quality_and_groups
0015_alerts 0016_papers 0017_last_answer 0018_erased 0019_tapped_again 0020_releases
0021_service_points 0022_tally_with_one_index 0023_release_checks 0024_kept_with_scores
0025_months 0026_microdata 0027_release_stamps 0028_crosstabs 0029_fewer_indexes_of_scores
"""


def leave_room(apps, schema_editor):
    """So that a count that grows stays on its page, and PostgreSQL writes no index."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE analytics_tallycell SET (fillfactor = 80)')


class Migration(migrations.Migration):

    initial = True
    replaces = [('analytics', name) for name in REPLACED.split()]

    dependencies = [
        ('surveys', '0001_tables'),
    ]

    models = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='surveys.agency')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='surveys.wave')),
                ('subject', models.CharField(blank=True, help_text='within the agency', max_length=130)),
                ('facts', models.JSONField(default=dict, help_text='the figures that set it off')),
                ('began_on', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('beginning_posted_at', models.DateTimeField(help_text='taken by the webhook', null=True)),
                ('end_posted_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-began_on', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('wave', 'kind', 'agency', 'subject'), name='alert_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AlertChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='alert_choice', to=settings.AUTH_USER_MODEL)),
                ('how', models.CharField(choices=[('daily', 'on the day one begins'), ('weekly', 'once a week, all together'), ('never', 'not by mail')], default='daily', max_length=6, verbose_name='Mail')),
                ('language', models.CharField(choices=[('th', 'Thai'), ('en', 'English')], default='th', max_length=2, verbose_name='Language')),
                ('without', models.JSONField(default=list, help_text='kinds that they do not want')),
                ('snoozed_until', models.DateField(blank=True, null=True)),
                ('told_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Computation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='computation', to='surveys.wave')),
                ('computed_at', models.DateTimeField()),
                ('responses', models.PositiveBigIntegerField()),
                ('last_answer_at', models.DateTimeField(null=True)),
                ('stated_on', models.DateField(help_text='of a wave that moves in steps', null=True)),
                ('waiting', models.JSONField(default=list, help_text='cells whose answers are in no figure yet: [service, channel]')),
                ('merges', models.JSONField(default=list)),
                ('uncovered', models.JSONField(default=list)),
                ('outside_frame', models.JSONField(default=list, help_text='cells with answers that the frame does not have')),
                ('complete', models.JSONField(help_text='complete responses of drawn citizens: [service, channel, number]', null=True)),
                ('erased', models.JSONField(help_text='answers erased before publication: [service, channel, selection, base weight, draw, number]', null=True)),
                ('tapped_again', models.JSONField(help_text='ratings that were changed after the first tap (scoring/tapped_again.py)', null=True)),
                ('drawn', models.JSONField(help_text='what all of those drawn decide (fieldwork/of_one.py)', null=True)),
                ('lists', models.JSONField(help_text='what of the lists drawn from does not fit, once the wave has closed: [service, channel, kind, found, expected]', null=True)),
                ('groups', models.JSONField(help_text='figures by what citizens said of themselves (scoring/groups.py)', null=True)),
                ('months', models.JSONField(help_text='what came in each month by agency (scoring/months.py)', null=True)),
                ('quality', models.JSONField(help_text='the quality report, kept at publication', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'waiting for approval'), ('approved', 'approved'), ('refused', 'refused')], default='pending', max_length=8)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='surveys.wave')),
                ('reason_th', models.CharField(max_length=500)),
                ('reason_en', models.CharField(max_length=500)),
                ('changes', models.CharField(help_text='digest of what it was to change', max_length=64)),
            ],
            options={
                'ordering': ['entered_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CrossTab',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=8)),
                ('heartbeat', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('order', models.JSONField(help_text='what was asked: crosstabs/order.py')),
                ('result', models.JSONField(default=dict, help_text='what may be shown: crosstabs/table.py')),
                ('counted_at', models.DateTimeField(help_text='its answers are those of this moment', null=True)),
                ('written', models.PositiveIntegerField(default=0, help_text='responses, while months are read')),
                ('waves', models.ManyToManyField(related_name='cross_tabs', to='surveys.wave')),
            ],
            options={
                'ordering': ['-requested_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Examination',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=8)),
                ('heartbeat', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='examinations', to='surveys.wave')),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-requested_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FrozenScorecard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='scorecard', to='surveys.wave')),
                ('frozen_at', models.DateTimeField()),
                ('indicators', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Importance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='importance', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='surveys.agency')),
                ('n', models.PositiveBigIntegerField(help_text='complete answers that it rests on')),
                ('r_squared', models.FloatField()),
                ('shares', models.JSONField(default=dict, help_text='by question: [share, low, high]')),
            ],
            options={
                'verbose_name_plural': 'importance',
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency'), name='importance_once')],
            },
        ),
        migrations.CreateModel(
            name='IndicatorRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=40)),
                ('text_th', models.CharField(max_length=500, verbose_name='remark in Thai')),
                ('text_en', models.CharField(blank=True, max_length=500, verbose_name='remark in English')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'remark on an indicator',
                'verbose_name_plural': 'remarks on indicators',
                'ordering': ['entered_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='IndicatorValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'waiting for approval'), ('approved', 'approved'), ('refused', 'refused')], default='pending', max_length=8)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('indicator', models.CharField(max_length=40)),
                ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='fiscal year (B.E.)')),
                ('value', models.FloatField(verbose_name='value')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('source', models.CharField(max_length=250, verbose_name='source')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link to the evidence')),
                ('file', models.FileField(blank=True, upload_to='evidence/%Y/%m/', verbose_name='file with the evidence')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('simulated', models.BooleanField(default=False, editable=False, verbose_name='simulated')),
            ],
            options={
                'verbose_name': 'value of an indicator',
                'verbose_name_plural': 'values of indicators',
                'ordering': ['indicator', 'fiscal_year', 'entered_at', 'pk'],
                'permissions': [('approve_values', 'Can approve values that others entered')],
            },
        ),
        migrations.CreateModel(
            name='LastAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.wave')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MicrodataRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'waiting for approval'), ('approved', 'approved'), ('refused', 'refused')], default='pending', max_length=8)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='microdata_requests', to='surveys.wave')),
                ('institution', models.CharField(max_length=200)),
                ('purpose', models.CharField(max_length=1000)),
                ('file', models.FileField(blank=True, max_length=255, upload_to='microdata/%Y/')),
                ('digest', models.CharField(blank=True, help_text='SHA-256 of the file', max_length=64)),
                ('made_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=250)),
            ],
            options={
                'ordering': ['-entered_at', '-pk'],
                'permissions': [('ask_for_microdata', 'Can ask for the single answers of a published wave'), ('approve_microdata', 'Can decide who gets single answers')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='publication', serialize=False, to='surveys.wave')),
                ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_at', models.DateTimeField()),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_at', models.DateTimeField(null=True)),
                ('ordered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('due_at', models.DateTimeField(help_text='the worker publishes from then on', null=True)),
                ('results', models.CharField(help_text='digest of what was checked', max_length=64)),
                ('problem', models.TextField(blank=True, help_text='why the worker could not publish')),
            ],
            options={
                'permissions': [('approve_publication', 'Can approve what somebody else has checked'), ('order_publication', 'Can publish what has been approved')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=8)),
                ('heartbeat', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('name', models.CharField(max_length=250)),
                ('file', models.FileField(blank=True, max_length=255, upload_to=analytics.models.releases.upload_path)),
                ('digest', models.CharField(help_text='SHA-256 of the file', max_length=64)),
                ('result', models.JSONField(default=dict, help_text='what `verify_release --json` says')),
            ],
            options={
                'ordering': ['-requested_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('heartbeat', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='surveys.wave')),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='surveys.agency')),
                ('language', models.CharField(max_length=2)),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'in the making'), ('done', 'ready'), ('failed', 'failed')], default='queued', max_length=8)),
                ('step', models.PositiveSmallIntegerField(default=0)),
                ('file', models.FileField(blank=True, upload_to='reports/%Y/%m/')),
                ('in_set', models.BooleanField(default=False, help_text='one of the set of papers of its wave')),
            ],
            options={
                'ordering': ['-requested_at'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('in_set', True)), fields=('wave', 'agency', 'language'), name='paper_once'), models.UniqueConstraint(condition=models.Q(('agency', None), ('in_set', True)), fields=('wave', 'language'), name='paper_of_nation_once')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='surveys.wave')),
                ('level', models.CharField(choices=[('nation', 'nation'), ('ministry', 'ministry'), ('agency', 'agency'), ('service', 'service'), ('channel', 'channel'), ('ministry_channel', 'ministry × channel'), ('agency_channel', 'agency × channel'), ('service_channel', 'service × channel'), ('service_point', 'service × channel × service point')], max_length=20)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.agency')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.service')),
                ('channel', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.channel')),
                ('service_point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.servicepoint')),
                ('question', models.CharField(max_length=60)),
                ('is_overall', models.BooleanField()),
                ('measure', models.CharField(choices=[('top_two_box', 'share of 4 and 5'), ('mean_percent', 'mean ÷ 5 × 100')], max_length=20)),
                ('estimate', models.FloatField()),
                ('se', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('n', models.PositiveBigIntegerField()),
                ('n_eff', models.FloatField(null=True)),
                ('n_kish', models.FloatField()),
                ('df', models.PositiveBigIntegerField()),
                ('population', models.PositiveBigIntegerField(null=True)),
                ('coverage', models.FloatField(null=True)),
                ('edition', models.PositiveSmallIntegerField(default=1)),
                ('evidence', models.CharField(blank=True, choices=[('PROBABILITY', 'PROBABILITY'), ('VERIFIED', 'VERIFIED'), ('SELF_SELECTED', 'SELF_SELECTED'), ('SUPPLIED', 'SUPPLIED')], max_length=13)),
                ('official', models.BooleanField(default=False, help_text='the outcome is an official one')),
                ('reason', models.CharField(blank=True, choices=[('INTERVAL_AT_OR_ABOVE_TARGET', 'INTERVAL_AT_OR_ABOVE_TARGET'), ('INTERVAL_BELOW_TARGET', 'INTERVAL_BELOW_TARGET'), ('TARGET_WITHIN_INTERVAL', 'TARGET_WITHIN_INTERVAL'), ('NOT_COVERED', 'NOT_COVERED'), ('WAVE_OPEN', 'WAVE_OPEN'), ('NO_DATA', 'NO_DATA')], max_length=30)),
                ('strength', models.CharField(blank=True, choices=[('ROBUST', 'ROBUST'), ('AMONG_RESPONDENTS', 'AMONG_RESPONDENTS')], max_length=17)),
                ('tipping_point', models.FloatField(null=True)),
                ('size', models.FloatField(help_text='effective size behind the interval', null=True)),
                ('band_low', models.FloatField(help_text='with the odds of the silent within Γ', null=True)),
                ('band_high', models.FloatField(null=True)),
                ('merged', models.FloatField(null=True)),
                ('response_rate', models.FloatField(help_text='weighted; of open answers ÷ encounters', null=True)),
                ('r_indicator', models.FloatField(null=True)),
                ('reach', models.FloatField(null=True)),
                ('verdict', models.CharField(choices=[('MET', 'MET'), ('NOT_MET', 'NOT_MET'), ('INCONCLUSIVE', 'INCONCLUSIVE')], max_length=12)),
                ('flags', models.JSONField(default=list)),
                ('beside', models.JSONField(default=dict, help_text='the figure on other bases (basis.py)')),
                ('needed', models.PositiveBigIntegerField(help_text='further responses that would decide, at the present estimate', null=True)),
                ('low_uncapped', models.FloatField(null=True)),
                ('high_uncapped', models.FloatField(null=True)),
                ('distribution', models.JSONField(default=list, help_text='answers of 1, 2, 3, 4, 5, unweighted')),
                ('withheld', models.BooleanField(default=False, help_text='not for the public: too few answers')),
                ('stated_on', models.DateField(help_text='the day of the last statement', null=True)),
                ('answers_since', models.PositiveBigIntegerField(help_text='answers that came since and are in no figure yet', null=True)),
            ],
            options={
                'ordering': ['level', 'agency__code', 'service__code', 'channel__position'],
                'indexes': [models.Index(fields=['wave', 'level', 'measure', 'is_overall'], name='analytics_s_wave_id_9ebb22_idx')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='statement', to='surveys.wave')),
                ('stated_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='StoredMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stored_months', to='surveys.wave')),
                ('month', models.DateField(help_text='its first day')),
                ('mark', models.CharField(help_text='another where a response has changed', max_length=80)),
                ('file', models.FileField(max_length=255, upload_to='crosstabs/')),
                ('rows', models.PositiveBigIntegerField()),
            ],
            options={
                'ordering': ['wave', 'month'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'month'), name='stored_month_once')],
            },
        ),
        migrations.CreateModel(
            name='StoredWave',
            fields=[
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stored', serialize=False, to='surveys.wave')),
                ('log_size', models.BigIntegerField(help_text="leaves of the wave's log by then")),
            ],
        ),
        migrations.CreateModel(
            name='TallyCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tally', to='surveys.wave')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.service')),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.channel')),
                ('service_point', models.CharField(blank=True, max_length=60)),
                ('psu', models.CharField(blank=True, max_length=80)),
                ('selection', models.CharField(choices=[('open', 'open link'), ('drawn', 'drawn and invited'), ('verified', 'signed in, one answer each'), ('own', 'sent by the agency itself')], default='open', max_length=8)),
                ('screened', models.BooleanField(default=False, help_text='set aside by screening')),
                ('base_weight', models.DecimalField(decimal_places=10, max_digits=15)),
                ('draw', models.PositiveSmallIntegerField(default=0, help_text='its number; 0 for open answers')),
                ('question', models.CharField(max_length=60)),
                ('value', models.SmallIntegerField()),
                ('count', models.BigIntegerField()),
                ('stated', models.BigIntegerField(db_default=0, help_text='what figures show while the wave runs (stated.py)')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wave', 'question', 'service', 'channel', 'service_point', 'psu', 'selection', 'screened', 'base_weight', 'draw', 'value'), name='tally_cell_once')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='surveys.wave')),
                ('level', models.CharField(choices=[('nation', 'nation'), ('ministry', 'ministry'), ('agency', 'agency'), ('service', 'service'), ('channel', 'channel'), ('ministry_channel', 'ministry × channel'), ('agency_channel', 'agency × channel'), ('service_channel', 'service × channel'), ('service_point', 'service × channel × service point')], max_length=20)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='surveys.agency')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='surveys.service')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='surveys.channel')),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('through', models.DateField(help_text='the last whole day looked at')),
            ],
            options={
                'verbose_name_plural': 'watches',
            },
        ),
        migrations.CreateModel(
            name='WeekCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='week_counts', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='surveys.agency')),
                ('week', models.DateField(help_text='its Monday')),
                ('looked_on', models.DateField(help_text='the last day of it that was looked at')),
                ('answers', models.PositiveBigIntegerField(help_text='that came in, whatever was said')),
                ('rated', models.PositiveBigIntegerField()),
                ('satisfied', models.PositiveBigIntegerField()),
                ('flagged', models.PositiveBigIntegerField(help_text='set aside by screening')),
            ],
            options={
                'ordering': ['wave__starts_on', 'week'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency', 'week'), name='week_count_once')],
            },
        ),
        migrations.CreateModel(
            name='AlertMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='analytics.alert')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alert', 'user'), name='alert_mail_once')],
            },
        ),
        migrations.CreateModel(
            name='KeptRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='surveys.wave')),
                ('number', models.PositiveSmallIntegerField(help_text='from 1; the highest is the latest')),
                ('made_at', models.DateTimeField()),
                ('digest', models.CharField(help_text='SHA-256 of the file', max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('file', models.FileField(max_length=255, upload_to='releases/%Y/')),
                ('correction', models.OneToOneField(help_text='of the release before; none of the first', null=True, on_delete=django.db.models.deletion.PROTECT, to='analytics.correction')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'number'), name='release_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='stamp', to='analytics.keptrelease')),
                ('response', models.BinaryField(default=b'', help_text='as the authority gave it [RFC 3161]')),
                ('stamped_at', models.DateTimeField(help_text="by the authority's clock", null=True)),
                ('authority', models.CharField(blank=True, max_length=250)),
                ('tried_at', models.DateTimeField()),
                ('problem', models.CharField(blank=True, max_length=250)),
            ],
        ),
    ]

    operations = [
        CreateModels(models),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
