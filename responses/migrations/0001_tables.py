"""The tables as they were in November 2026, in the place of the migrations that had led to them."""

import django.core.validators
import django.db.models.deletion
import responses.models.comment
import responses.models.device_key
import responses.models.import_job
import responses.models.response
import surveys.clock
import uuid
from django.conf import settings
from django.db import migrations, models

from responses.comments.first_topics import TOPICS
from surveys.tables_at_once import CreateModels

REPLACED = """
0001_initial 0002_initial 0003_collecting_system 0003_kiosk 0004_source_embed
0005_telephone_agent 0006_sources 0007_fewer_indexes 0008_import_jobs 0009_selection_salt_device
0010_openrosa_source 0011_indexes_that_only_deletions_used 0012_device_keys 0013_ledger
0014_reports_encounters 0015_flags 0016_no_excluded 0017_response_draw 0018_sampling_unit
0019_own_answers 0020_disputed 0021_importjob_kind 0022_comments 0023_overruling
0024_answers_taken_away_and_erased 0025_tokens 0026_topics 0027_appeals 0028_rate_again
0029_improvements 0030_digest 0031_letters 0032_cosignatures 0033_late_only 0034_comment_lists
0035_complaining 0037_screening_reads_what_came
"""


def index_letters(apps, schema_editor):
    """Parts of words are found through trigrams, which know no language: Thai has no spaces."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')
        schema_editor.execute(
            'CREATE INDEX comment_letters ON responses_comment USING gin (letters gin_trgm_ops)'
        )


def begin_dictionary(apps, schema_editor):
    topics = apps.get_model('responses', 'Topic')
    for position, topic in enumerate(TOPICS):
        topics.objects.create(position=position, **topic)


class Migration(migrations.Migration):

    initial = True
    replaces = [('responses', name) for name in REPLACED.split()]

    dependencies = [
        ('surveys', '0001_tables'),
    ]

    models = [
        migrations.CreateModel(
            name='AgencyScreening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='screenings', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='surveys.agency')),
                ('answers', models.PositiveBigIntegerField(default=0)),
                ('run', models.PositiveIntegerField(default=0)),
                ('basis', models.CharField(blank=True, max_length=64)),
                ('final', models.BooleanField(default=False, help_text='done after the wave had closed')),
                ('set_aside', models.PositiveBigIntegerField(default=0)),
                ('disputed', models.JSONField(help_text='of those set aside all but what mechanical rules did alone: [service, channel, selection, base weight, rating, number]; null where not noted', null=True)),
                ('by_rule', models.JSONField(default=dict, help_text='per rule: flagged, of them set aside')),
                ('alarm', models.BooleanField(default=False)),
                ('screened_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency'), name='agency_screening_once')],
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='checkpoints', to='surveys.wave')),
                ('size', models.BigIntegerField(help_text='leaves')),
                ('root', models.CharField(help_text='in hexadecimal', max_length=64)),
                ('at', models.DateTimeField()),
                ('cosignatures', models.TextField(blank=True, help_text='the lines that witnesses added')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wave', 'size'), name='checkpoint_once')],
            },
        ),
        migrations.CreateModel(
            name='CollectingSystem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collecting_systems', to='surveys.agency', verbose_name='agency')),
                ('reports_encounters', models.BooleanField(default=False, help_text='It may report who was served, so that citizens can be drawn and asked.', verbose_name='reports encounters')),
                ('independent', models.BooleanField(default=False, help_text="The survey office, or somebody on its behalf, runs it: its answers count like those of an open link. Answers of an agency's own program stand beside the official figure, not in it.", verbose_name='independent of the agency')),
                ('active', models.BooleanField(default=True, help_text='Without this its key opens nothing.', verbose_name='active')),
                ('prefix', models.CharField(editable=False, max_length=12, unique=True, verbose_name='key begins with')),
                ('key_hash', models.CharField(editable=False, max_length=64)),
                ('created_at', models.DateTimeField(default=surveys.clock.now, editable=False, verbose_name='made at')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used at')),
                ('channels', models.ManyToManyField(help_text='The channels that it may send for.', to='surveys.channel', verbose_name='channels')),
            ],
            options={
                'verbose_name': 'collecting system',
                'verbose_name_plural': 'collecting systems',
                'ordering': ['agency', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.wave')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.service')),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.channel')),
                ('service_point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.servicepoint')),
                ('entry_point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.entrypoint')),
                ('answers', models.JSONField(default=dict)),
                ('overall', models.PositiveSmallIntegerField(null=True)),
                ('base_weight', models.DecimalField(decimal_places=10, default=1, max_digits=15)),
                ('draw', models.PositiveSmallIntegerField(help_text='number of the draw that asked; answers of one draw weigh alike', null=True)),
                ('respondent', models.CharField(blank=True, max_length=64)),
                ('sampling_unit', models.CharField(blank=True, help_text='stratum and PSU that a file brought', max_length=80)),
                ('submission_key', models.CharField(max_length=64)),
                ('receipt', models.CharField(default=responses.models.response.new_receipt, max_length=14)),
                ('salt', models.CharField(blank=True, default=responses.models.response.new_salt, max_length=22)),
                ('source', models.CharField(choices=[('web', 'web form'), ('kiosk', 'kiosk'), ('embed', 'another website'), ('agent', 'telephone agent'), ('file', 'file'), ('simulation', 'simulation'), ('api', 'API'), ('openrosa', 'ODK Collect / OpenRosa')], max_length=12)),
                ('selection', models.CharField(choices=[('open', 'open link'), ('drawn', 'drawn and invited'), ('verified', 'signed in, one answer each'), ('own', 'sent by the agency itself')], default='open', max_length=8)),
                ('device', models.CharField(blank=True, help_text='keyed hash; dies with the wave', max_length=22)),
                ('seconds', models.PositiveIntegerField(help_text='from the first page to the answer', null=True)),
                ('language', models.CharField(blank=True, max_length=2)),
                ('answered_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('disposition', models.CharField(choices=[('counted', 'counted'), ('screened', 'set aside by screening'), ('erased', 'erased by the citizen')], default='counted', max_length=10)),
                ('revision', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'response',
                'verbose_name_plural': 'responses',
                'permissions': [('take_calls', 'Can enter what callers answer by telephone'), ('export_responses', 'Can take single answers away'), ('erase_responses', 'Can erase an answer on its sender’s request')],
                'indexes': [models.Index(fields=['wave', 'service', 'channel'], name='responses_r_wave_id_045ce2_idx')],
                'constraints': [models.UniqueConstraint(fields=('wave', 'submission_key'), name='response_once'), models.UniqueConstraint(condition=models.Q(('source', 'api')), fields=('submission_key',), name='response_once_by_api'), models.UniqueConstraint(condition=models.Q(('source', 'openrosa')), fields=('submission_key',), name='response_once_by_openrosa'), models.UniqueConstraint(fields=('receipt',), name='receipt_once')],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('words', models.TextField(help_text='One a line, Thai or English.', verbose_name='words')),
                ('except_for', models.TextField(blank=True, help_text='Longer words in which they mean something else, one a line.', verbose_name='but not in')),
                ('names_danger', models.BooleanField(default=False, help_text='The survey office is told by mail within a minute.', verbose_name='names a danger')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='ComplaintWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learnt_on', models.DateField()),
                ('comments', models.PositiveIntegerField(help_text='so many it was learnt from')),
                ('tested', models.PositiveIntegerField(help_text='so many were kept apart to test it')),
                ('macro_f1', models.FloatField(help_text='on those kept apart')),
                ('weights', models.JSONField()),
            ],
            options={
                'verbose_name': 'words that complain',
                'verbose_name_plural': 'words that complain',
            },
        ),
        migrations.CreateModel(
            name='DeviceKey',
            fields=[
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='surveys.wave')),
                ('secret', models.CharField(default=responses.models.device_key.new_secret, editable=False, max_length=43)),
            ],
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('wanted', models.BooleanField(default=True, verbose_name='Send me the weekly mail on what citizens wrote')),
                ('sent_for', models.DateField(help_text='the Monday of the last one', null=True)),
            ],
            options={
                'verbose_name': 'weekly mail',
                'verbose_name_plural': 'weekly mails',
            },
        ),
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('heartbeat', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('responses', 'responses'), ('frame', 'frame'), ('encounters', 'encounters')], default='responses', max_length=10)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='surveys.wave')),
                ('file', models.FileField(blank=True, max_length=255, upload_to=responses.models.import_job.upload_path)),
                ('name', models.CharField(max_length=250)),
                ('mapping', models.JSONField(default=dict)),
                ('create_missing', models.BooleanField(default=False)),
                ('language', models.CharField(max_length=2)),
                ('state', models.CharField(choices=[('prepared', 'being prepared'), ('queued', 'waiting'), ('running', 'being imported'), ('done', 'imported'), ('failed', 'stopped')], default='prepared', max_length=8)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('queued_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(help_text='by the present worker', null=True)),
                ('started_from', models.PositiveBigIntegerField(default=0)),
                ('position', models.PositiveBigIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('summary', models.JSONField(default=dict)),
                ('report_size', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-requested_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journal', to='surveys.wave')),
                ('response_ids', models.JSONField()),
                ('revision', models.PositiveSmallIntegerField()),
                ('noticed', models.BooleanField(db_default=False, help_text='screening knows of it (screening/noticing.py)')),
            ],
            options={
                'verbose_name_plural': 'journal entries',
            },
        ),
        migrations.CreateModel(
            name='KeptPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.agency')),
                ('first', models.BigIntegerField()),
                ('data', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency', 'first'), name='kept_part_once')],
            },
        ),
        migrations.CreateModel(
            name='Kiosk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry_point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kiosks', to='surveys.entrypoint')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='place')),
                ('pin', models.CharField(help_text='hashed', max_length=128)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='PINs tried since a right one')),
                ('locked_until', models.DateTimeField(null=True)),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField(verbose_name='put up at')),
                ('ended_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(editable=False, help_text='From then on its answers count like those of an open link.', null=True, verbose_name='confirmed at')),
            ],
            options={
                'verbose_name': 'kiosk',
                'verbose_name_plural': 'kiosks',
                'ordering': ['-started_at'],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('pk', models.CompositePrimaryKey('wave_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='surveys.wave')),
                ('position', models.BigIntegerField(help_text='from 0')),
                ('receipt', models.CharField(max_length=14)),
                ('revision', models.PositiveSmallIntegerField()),
                ('disposition', models.CharField(help_text='as it was at this revision', max_length=10)),
                ('commitment', models.BinaryField(help_text='32 bytes; none where the answers are erased')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('disposition', 'erased')), fields=['wave'], name='erased_in_log')],
                'constraints': [models.UniqueConstraint(fields=('receipt', 'revision'), name='logged_once')],
            },
        ),
        migrations.CreateModel(
            name='Overruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrulings', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.agency')),
                ('late_only', models.BooleanField(default=False, help_text='being late alone is forgiven: other rules still set aside')),
                ('reason_th', models.CharField(max_length=500)),
                ('reason_en', models.CharField(blank=True, max_length=500)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField()),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency'), name='overruling_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='surveys.agency')),
                ('entries', models.JSONField()),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'mapping',
                'verbose_name_plural': 'mappings',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('name', 'agency'), name='saved_mapping_name'), models.UniqueConstraint(condition=models.Q(('agency', None)), fields=('name',), name='saved_mapping_of_no_agency')],
            },
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('pk', models.CompositePrimaryKey('wave_id', 'level', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tiles', to='surveys.wave')),
                ('level', models.PositiveSmallIntegerField()),
                ('position', models.BigIntegerField(help_text='from 0, within the level')),
                ('hashes', models.BinaryField(help_text='32 bytes each')),
            ],
        ),
        migrations.CreateModel(
            name='Unscreened',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.agency')),
                ('response_ids', models.JSONField()),
                ('number', models.PositiveIntegerField()),
                ('erased', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name_plural': 'unscreened',
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='responses.response')),
                ('rule', models.CharField(max_length=30, verbose_name='rule')),
                ('strength', models.FloatField(verbose_name='strength')),
                ('evidence', models.JSONField(default=dict, help_text='numbers alone, nothing of the person')),
                ('raised_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'flag',
                'verbose_name_plural': 'flags',
                'constraints': [models.UniqueConstraint(fields=('response', 'rule'), name='flag_once')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='responses.response')),
                ('number', models.PositiveSmallIntegerField(help_text='the revision that replaced this state')),
                ('before', models.JSONField()),
                ('reason', models.CharField(max_length=40)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('response', 'number'), name='revision_once')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('response', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='comment', serialize=False, to='responses.response')),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='surveys.wave')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.agency')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.service')),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.channel')),
                ('service_point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.servicepoint')),
                ('answered_on', models.DateField()),
                ('place', models.PositiveIntegerField(default=responses.models.comment._anywhere)),
                ('overall', models.PositiveSmallIntegerField(null=True)),
                ('text', models.TextField()),
                ('letters', models.TextField(default='', help_text='the text as it is searched')),
                ('complains', models.PositiveSmallIntegerField(default=0, help_text='0 to 100, by its letters: sorts a list, counts for nothing')),
                ('blacked_out', models.JSONField(default=list, help_text='words that an officer took out besides')),
                ('told', models.BooleanField(default=False, help_text='the office was told that it names danger')),
                ('state', models.CharField(choices=[('new', 'new'), ('read', 'read'), ('acted', 'acted on')], default='new', max_length=5, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note for colleagues')),
                ('reply', models.TextField(blank=True, max_length=1000, verbose_name='reply to the citizen')),
                ('replied_on', models.DateField(null=True)),
                ('appealed_on', models.DateField(help_text='the citizen asked OPDC to look at it', null=True)),
                ('second_reply', models.TextField(blank=True, max_length=1000, verbose_name='reply of OPDC')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('topics', models.ManyToManyField(related_name='comments', to='responses.topic', verbose_name='topics')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'indexes': [models.Index(fields=['wave', 'agency', '-answered_on', 'place'], name='comment_newest_first'), models.Index(fields=['wave', '-answered_on', 'place'], name='comment_newest_of_all'), models.Index(condition=models.Q(('reply', ''), _negated=True), fields=['wave', 'agency'], name='comment_replied'), models.Index(fields=['wave', 'agency', '-complains', '-answered_on', 'place'], name='comment_complaining_first'), models.Index(fields=['wave', '-complains', '-answered_on', 'place'], name='comment_complaining_of_all'), models.Index(condition=models.Q(('complains__gt', 50), ('overall__gte', 4)), fields=['wave', 'agency'], name='comment_content_complaining')],
            },
        ),
        migrations.CreateModel(
            name='Improvement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='improvements', to='surveys.agency')),
                ('wave', models.ForeignKey(help_text='in which citizens said it', on_delete=django.db.models.deletion.PROTECT, to='surveys.wave', verbose_name='survey')),
                ('text_th', models.TextField(max_length=500, verbose_name='what you did, in Thai')),
                ('text_en', models.TextField(blank=True, max_length=500, verbose_name='what you did, in English')),
                ('done_on', models.DateField(verbose_name='done on')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hidden_because', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('topics', models.ManyToManyField(related_name='+', to='responses.topic', verbose_name='topics')),
            ],
            options={
                'verbose_name': 'improvement',
                'verbose_name_plural': 'improvements',
                'ordering': ['-done_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LaterRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='later_ratings', to='responses.comment')),
                ('overall', models.PositiveSmallIntegerField()),
                ('rated_on', models.DateField()),
            ],
            options={
                'verbose_name': 'later rating',
                'verbose_name_plural': 'later ratings',
                'constraints': [models.UniqueConstraint(fields=('comment', 'rated_on'), name='rated_again_once_a_day')],
            },
        ),
    ]

    operations = [
        CreateModels(models),
        migrations.RunPython(index_letters, migrations.RunPython.noop),
        migrations.RunPython(begin_dictionary, migrations.RunPython.noop),
    ]
