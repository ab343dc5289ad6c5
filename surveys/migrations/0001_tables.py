"""The tables as they were in November 2026, in the place of the migrations that had led to them."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import surveys.clock
import surveys.kinds
import surveys.method
import surveys.models.act
import surveys.models.entry
import surveys.models.language
import surveys.models.questionnaire
import surveys.models.registry_file
import uuid
from django.conf import settings
from django.db import migrations, models

from surveys.roles import make_groups
from surveys.tables_at_once import CreateModels

REPLACED = """
0001_initial 0002_answers_deleted 0003_embed_origins 0004_question_kinds 0005_sampling
0006_add_ons 0007_encounters_and_draws 0008_invitations 0009_question_about_citizen 0010_acts
0011_roles 0012_act_chain 0013_more_acts 0014_retired 0015_strategy 0016_invite_people
0017_overruling 0018_tokens 0019_failed_sign_ins 0020_languages 0021_snapshots
0022_shared_contacts 0023_registry_files 0024_leases 0025_opening_counts 0026_to_check
0027_recordings
"""


class Migration(migrations.Migration):

    initial = True
    replaces = [('surveys', name) for name in REPLACED.split()]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    models = [
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='surveys.agency', verbose_name='parent')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('ministry', 'ministry or body of its rank'), ('department', 'department'), ('office', 'office')], default='department', max_length=12, verbose_name='kind')),
                ('retired_on', models.DateField(blank=True, editable=False, null=True, verbose_name='retired on')),
            ],
            options={
                'verbose_name': 'agency',
                'verbose_name_plural': 'agencies',
                'ordering': ['code'],
                'permissions': [('view_all_agencies', 'Can see the figures of every agency'), ('view_own_agency', 'Can see the figures of their own agency'), ('act_for_agency', 'Can order reports, plan, print posters and put up kiosks')],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('family', models.CharField(choices=[('in_person', 'in person'), ('digital', 'digital'), ('telephone', 'telephone')], max_length=12, verbose_name='family')),
                ('portal', models.BooleanField(default=False, help_text='one door to the services of many agencies, such as the Citizen Portal', verbose_name='central portal')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Dimension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'dimension',
                'verbose_name_plural': 'dimensions',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Frame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('source', models.CharField(blank=True, max_length=250, verbose_name='source')),
            ],
            options={
                'verbose_name': 'frame',
                'verbose_name_plural': 'frames',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Language',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Two letters of ISO 639-1: ms, lo, my, km, zh.', max_length=2, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z]{2}\\Z', 'Two small letters.'), surveys.models.language.must_be_further], verbose_name='code')),
                ('name', models.CharField(help_text='As its readers write it: Bahasa Melayu.', max_length=60, verbose_name='name')),
                ('right_to_left', models.BooleanField(default=False, verbose_name='written from right to left')),
                ('phrases', models.JSONField(blank=True, default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'language',
                'verbose_name_plural': 'languages',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('address', models.CharField(max_length=43, primary_key=True, serialize=False)),
                ('until', models.DateField()),
            ],
            options={
                'verbose_name': 'address that is not invited',
                'verbose_name_plural': 'addresses that are not invited',
            },
        ),
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('code', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('title_th', models.CharField(max_length=250, verbose_name='title in Thai')),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('is_add_on', models.BooleanField(default=False, editable=False, verbose_name='add-on')),
                ('owner', models.ForeignKey(blank=True, help_text='Whose own questions these are. Empty: for every agency.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='add_ons', to='surveys.agency', verbose_name='agency')),
                ('translations', models.JSONField(blank=True, default=dict, editable=False)),
                ('extra', models.JSONField(blank=True, default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['code', '-version'],
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='questionnaire_version'), models.CheckConstraint(condition=models.Q(('is_add_on', True), ('owner', None), _connector='OR'), name='questionnaire_core_has_no_owner')],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='surveys.agency', verbose_name='agency')),
                ('code', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('retired_on', models.DateField(blank=True, editable=False, null=True, verbose_name='retired on')),
            ],
            options={
                'verbose_name': 'service',
                'verbose_name_plural': 'services',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ServicePoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_points', to='surveys.agency', verbose_name='agency')),
                ('code', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
            ],
            options={
                'verbose_name': 'service point',
                'verbose_name_plural': 'service points',
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('agency', 'code'), name='service_point_code')],
            },
        ),
        migrations.CreateModel(
            name='Undertaking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.agency', verbose_name='agency')),
                ('code', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('evidence', models.CharField(blank=True, help_text="a link, or a document's number", max_length=500, verbose_name='evidence')),
                ('simulated', models.BooleanField(default=False, editable=False, verbose_name='simulated')),
                ('retired_on', models.DateField(blank=True, editable=False, null=True, verbose_name='retired on')),
                ('kind', models.CharField(choices=[('infrastructure', 'digital infrastructure project'), ('transfer', 'transfer of a service'), ('innovation', 'innovation project'), ('collaboration', 'collaboration with the private sector')], max_length=14, verbose_name='kind')),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='planned for')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='planned budget (baht)')),
                ('spent', models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True, verbose_name='spent (baht)')),
                ('partner', models.CharField(blank=True, max_length=250, verbose_name='to whom or with whom')),
            ],
            options={
                'verbose_name': 'undertaking',
                'verbose_name_plural': 'undertakings',
                'ordering': ['code'],
                'abstract': False,
                'indexes': [models.Index(fields=['kind'], name='surveys_und_kind_3af52c_idx')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='users', to='surveys.agency', verbose_name='agency')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'permissions': [('invite_people', 'Can invite people of their own agency')],
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='AddOn',
            fields=[
            ],
            options={
                'verbose_name': 'add-on',
                'verbose_name_plural': 'add-ons',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('surveys.questionnaire',),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='surveys.questionnaire', verbose_name='questionnaire')),
                ('code', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('kind', models.CharField(choices=surveys.kinds.kind_choices, default='rating', max_length=12, verbose_name='kind')),
                ('is_overall', models.BooleanField(default=False, verbose_name='overall rating')),
                ('dimension', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.dimension', verbose_name='dimension')),
                ('text_th', models.CharField(blank=True, max_length=2000, verbose_name='text in Thai')),
                ('text_en', models.CharField(blank=True, max_length=2000, verbose_name='text in English')),
                ('hint_th', models.CharField(blank=True, max_length=1000, verbose_name='hint in Thai')),
                ('hint_en', models.CharField(blank=True, max_length=1000, verbose_name='hint in English')),
                ('choices', models.JSONField(blank=True, default=list, help_text='A list: [{"code", "th", "en"}, …]', verbose_name='choices')),
                ('about_citizen', models.BooleanField(default=False, help_text='Stands under the heading “About you”, where it is in no group.', verbose_name='about the citizen')),
                ('required', models.BooleanField(default=False, verbose_name='required')),
                ('may_not_apply', models.BooleanField(default=False, help_text='Offers “does not apply”. Ratings but the overall one always do.', verbose_name='may not apply')),
                ('group', models.CharField(blank=True, help_text='The code of a group before it.', max_length=60, verbose_name='in group')),
                ('relevant', models.CharField(blank=True, help_text='As in XLSForm: ${P1} <= 2', max_length=2000, validators=[surveys.models.questionnaire.validate_expression], verbose_name='asked if')),
                ('constraint', models.CharField(blank=True, max_length=2000, validators=[surveys.models.questionnaire.validate_expression], verbose_name='answer must fulfil')),
                ('constraint_message_th', models.CharField(blank=True, max_length=500, verbose_name='message in Thai')),
                ('constraint_message_en', models.CharField(blank=True, max_length=500, verbose_name='message in English')),
                ('calculation', models.CharField(blank=True, max_length=2000, validators=[surveys.models.questionnaire.validate_expression], verbose_name='calculation')),
                ('translations', models.JSONField(blank=True, default=dict, editable=False)),
                ('to_check', models.JSONField(blank=True, default=list, editable=False)),
                ('extra', models.JSONField(blank=True, default=dict, editable=False)),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('channels', models.ManyToManyField(blank=True, help_text='Leave empty to ask on every channel.', to='surveys.channel', verbose_name='asked on')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['questionnaire', 'position'],
                'constraints': [models.UniqueConstraint(fields=('questionnaire', 'code'), name='question_code'), models.UniqueConstraint(condition=models.Q(('is_overall', True)), fields=('questionnaire',), name='question_one_overall')],
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='surveys.questionnaire')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('said', models.CharField(editable=False, max_length=2000)),
                ('sound', models.BinaryField()),
                ('kind', models.CharField(editable=False, max_length=20)),
                ('digest', models.CharField(db_index=True, editable=False, max_length=64)),
                ('made_by', models.CharField(help_text='Who spoke, or which program.', max_length=200, verbose_name='made by')),
                ('licence', models.CharField(help_text='What allows the platform to play it.', max_length=200, verbose_name='licence')),
            ],
            options={
                'verbose_name': 'recording',
                'verbose_name_plural': 'recordings',
                'ordering': ['questionnaire', 'language'],
                'constraints': [models.UniqueConstraint(fields=('questionnaire', 'language'), name='recording_one_a_language')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='surveys.questionnaire')),
                ('content', models.JSONField()),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('title_th', models.CharField(max_length=250, verbose_name='title in Thai')),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='fiscal year (B.E.)')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.questionnaire', verbose_name='questionnaire')),
                ('frame', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.frame', verbose_name='frame')),
                ('method', models.JSONField(default=surveys.method.default_method, validators=[surveys.method.validate_method], verbose_name='method')),
                ('simulated', models.BooleanField(default=False, verbose_name='simulated')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('open', 'open'), ('closed', 'closed'), ('published', 'published')], default='draft', editable=False, max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(editable=False, null=True, verbose_name='opened at')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed at')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('answers_deleted_at', models.DateTimeField(editable=False, null=True, verbose_name='answers deleted at')),
                ('seal', models.JSONField(default=dict, editable=False, verbose_name='seal')),
            ],
            options={
                'verbose_name': 'wave',
                'verbose_name_plural': 'waves',
                'ordering': ['-starts_on', 'code'],
            },
        ),
        migrations.CreateModel(
            name='FrameCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('frame', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='surveys.frame', verbose_name='frame')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.service', verbose_name='service')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.channel', verbose_name='channel')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('encounters', models.PositiveBigIntegerField(verbose_name='encounters')),
            ],
            options={
                'verbose_name': 'frame cell',
                'verbose_name_plural': 'frame cells',
                'ordering': ['service', 'channel', 'starts_on'],
                'constraints': [models.UniqueConstraint(fields=('frame', 'service', 'channel', 'starts_on'), name='frame_cell_once'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='frame_cell_period')],
            },
        ),
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_th', models.CharField(max_length=250, verbose_name='name in Thai')),
                ('name_en', models.CharField(blank=True, max_length=250, verbose_name='name in English')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.agency', verbose_name='agency')),
                ('code', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_.-]*\\Z', 'Use Latin letters, digits, dots, hyphens and underscores.')], verbose_name='code')),
                ('evidence', models.CharField(blank=True, help_text="a link, or a document's number", max_length=500, verbose_name='evidence')),
                ('simulated', models.BooleanField(default=False, editable=False, verbose_name='simulated')),
                ('retired_on', models.DateField(blank=True, editable=False, null=True, verbose_name='retired on')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.service', verbose_name='service')),
                ('eligible', models.BooleanField(default=True, verbose_name='eligible')),
                ('digital_state', models.CharField(choices=[('none', 'not digital'), ('partly', 'partly digital'), ('fully', 'fully digital')], default='none', max_length=6, verbose_name='digital state')),
                ('since', models.DateField(blank=True, null=True, verbose_name='in this state since')),
            ],
            options={
                'verbose_name': 'process',
                'verbose_name_plural': 'processes',
                'ordering': ['code'],
                'permissions': [('enter_registers', 'Can enter what the strategy counts of their own agency'), ('approve_registers', 'Can approve what others entered for the strategy')],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EntryPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(default=surveys.models.entry.random_slug, editable=False, max_length=16, unique=True, verbose_name='address')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entry_points', to='surveys.service', verbose_name='service')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.channel', verbose_name='channel')),
                ('service_point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.servicepoint', verbose_name='service point')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('embed_origins', models.TextField(blank=True, help_text='One origin a line, such as https://www.example.go.th. Empty: none.', validators=[surveys.models.entry.check_origins], verbose_name='websites that may show the form')),
            ],
            options={
                'verbose_name': 'link',
                'verbose_name_plural': 'links',
                'ordering': ['service', 'channel'],
            },
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='time')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='acts', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('who', models.CharField(blank=True, max_length=150, verbose_name='account')),
                ('what', models.CharField(choices=[('registry', 'brought in a registry'), ('frame', 'set the frame'), ('questions', 'chose the questionnaire'), ('declare', 'declared the method'), ('links', 'made links'), ('open', 'opened'), ('close', 'closed'), ('draw', 'drew a sample'), ('overrule', 'overruled screening'), ('check', 'marked as checked'), ('approve', 'approved'), ('return', 'sent back'), ('schedule', 'ordered the publication'), ('publish', 'published'), ('export', 'exported'), ('see', 'looked at single answers'), ('order', 'ordered'), ('import', 'imported'), ('send', 'sent'), ('make', 'made'), ('change', 'changed'), ('delete', 'deleted'), ('erase', 'erased an answer'), ('invite', 'invited'), ('grant', 'granted'), ('revoke', 'revoked'), ('sign in', 'signed in'), ('sign out', 'signed out'), ('failed', 'failed to sign in')], max_length=10, verbose_name='act')),
                ('kind', models.CharField(help_text='the model of what it was done to', max_length=40, verbose_name='kind')),
                ('about', models.CharField(db_index=True, help_text='its code', max_length=150, verbose_name='object')),
                ('detail', models.JSONField(default=dict, verbose_name='details')),
                ('session', models.CharField(blank=True, help_text='its keyed hash', max_length=16)),
                ('salt', models.CharField(default=surveys.models.act.new_salt, editable=False, max_length=32)),
                ('position', models.BigIntegerField(editable=False, help_text='from 0', null=True, unique=True)),
                ('leaf', models.BinaryField(help_text='32 bytes: the hash of this act', null=True)),
                ('chain', models.BinaryField(help_text='32 bytes: of all acts up to this one', null=True)),
                ('emptied', models.BooleanField(default=False, help_text='kept long enough: the hashes stay')),
            ],
            options={
                'verbose_name': 'act',
                'verbose_name_plural': 'acts',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('position', None)), fields=['id'], name='act_not_chained')],
            },
        ),
        migrations.CreateModel(
            name='RegisterList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'waiting for approval'), ('approved', 'approved'), ('refused', 'refused')], default='pending', max_length=8)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('register', models.CharField(max_length=20, verbose_name='register')),
                ('name', models.CharField(max_length=250, verbose_name='file')),
                ('whole', models.BooleanField(default=False, verbose_name='the whole list')),
                ('rows', models.JSONField(default=list, help_text='[row, {column: text}]')),
                ('done', models.JSONField(default=dict, help_text='what it did: counts, and changes in words')),
            ],
            options={
                'verbose_name': 'list for a register',
                'verbose_name_plural': 'lists for registers',
                'ordering': ['-entered_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RegistryFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField()),
                ('heartbeat', models.DateTimeField(null=True)),
                ('error', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'at work'), ('compared', 'compared'), ('done', 'brought in'), ('failed', 'stopped')], default='queued', max_length=8)),
                ('list', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=250)),
                ('file', models.FileField(blank=True, max_length=255, upload_to=surveys.models.registry_file.upload_path)),
                ('whole', models.BooleanField(default=False)),
                ('language', models.CharField(max_length=2)),
                ('queued_at', models.DateTimeField()),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('agreed', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField(default=0)),
                ('size', models.PositiveIntegerField(default=0, help_text='rows')),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('shown', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'list of the registry',
                'verbose_name_plural': 'lists of the registry',
                'ordering': ['-requested_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AddOnUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='add_on_uses', to='surveys.wave', verbose_name='wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='add_on_uses', to='surveys.agency', verbose_name='agency')),
                ('add_on', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='surveys.questionnaire', verbose_name='add-on')),
                ('service', models.ForeignKey(blank=True, help_text='Empty: every service of the agency.', null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.service', verbose_name='service')),
                ('channel', models.ForeignKey(blank=True, help_text='Empty: every channel.', null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.channel', verbose_name='channel')),
                ('asked_since', models.DateTimeField(editable=False, null=True, verbose_name='asked since')),
                ('asked_until', models.DateTimeField(editable=False, null=True, verbose_name='asked until')),
                ('digest', models.CharField(blank=True, editable=False, max_length=64, verbose_name='seal')),
            ],
            options={
                'verbose_name': 'add-on in use',
                'verbose_name_plural': 'add-ons in use',
                'ordering': ['wave', 'agency', 'pk'],
                'permissions': [('author_add_ons', 'Can write the own questions of their agency')],
            },
        ),
        migrations.CreateModel(
            name='CountedFromLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted_from_log', to='surveys.wave')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.agency')),
                ('since', models.DateTimeField(default=surveys.clock.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency'), name='counted_from_log_once')],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draws', to='surveys.wave')),
                ('number', models.PositiveIntegerField()),
                ('commitment', models.CharField(max_length=64)),
                ('committed_at', models.DateTimeField()),
                ('sealed_secret', models.BinaryField()),
                ('secret', models.CharField(blank=True, help_text='told when all is over', max_length=64)),
                ('design', models.JSONField(default=dict)),
                ('list_closed_at', models.DateTimeField(null=True)),
                ('encounters', models.PositiveIntegerField(help_text='in the closed list', null=True)),
                ('encounters_digest', models.CharField(blank=True, max_length=64)),
                ('public_source', models.CharField(blank=True, max_length=200)),
                ('public_value', models.CharField(blank=True, max_length=200)),
                ('drawn_at', models.DateTimeField(null=True)),
                ('revealed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'draw',
                'verbose_name_plural': 'draws',
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'number'), name='draw_number')],
            },
        ),
        migrations.CreateModel(
            name='IssuedToken',
            fields=[
                ('mark', models.CharField(max_length=43, primary_key=True, serialize=False)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='surveys.wave')),
            ],
        ),
        migrations.CreateModel(
            name='OpeningCounts',
            fields=[
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opening_counts', serialize=False, to='surveys.wave')),
                ('cells', models.JSONField(default=list, help_text='[service, channel, first day, last day, encounters]')),
            ],
        ),
        migrations.CreateModel(
            name='SpentToken',
            fields=[
                ('digest', models.CharField(max_length=43, primary_key=True, serialize=False)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='surveys.wave')),
            ],
        ),
        migrations.CreateModel(
            name='TokenKey',
            fields=[
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='token_key', serialize=False, to='surveys.wave')),
                ('public', models.BinaryField(help_text='SubjectPublicKeyInfo, DER')),
                ('sealed', models.BinaryField(help_text='PKCS #8, DER, encrypted', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='WaveKey',
            fields=[
                ('wave', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='wave_key', serialize=False, to='surveys.wave')),
                ('sealed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='DrawCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='surveys.draw')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.service')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='surveys.channel')),
                ('encounters', models.PositiveIntegerField()),
                ('reachable', models.PositiveIntegerField()),
                ('drawn', models.PositiveIntegerField()),
                ('shared', models.PositiveIntegerField(help_text='whose contact stands on more than three encounters of the agency in the list; empty where nobody counted that', null=True)),
                ('answered', models.PositiveIntegerField(default=0, help_text='set when the last ballots are destroyed; until then count ballots')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('draw', 'service', 'channel'), name='draw_cell_once')],
            },
        ),
        migrations.CreateModel(
            name='Encounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wave', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='encounters', to='surveys.wave')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.agency')),
                ('key', models.CharField(max_length=43)),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.service')),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='surveys.channel')),
                ('service_point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.servicepoint')),
                ('happened_on', models.DateField()),
                ('contact', models.BinaryField(help_text='encrypted; deleted once a draw has passed', null=True)),
                ('contact_mark', models.CharField(blank=True, help_text='keyed hash, to tell a repeat; goes with the contact', max_length=22)),
                ('reachable', models.BooleanField(help_text='it came with a contact')),
                ('received_at', models.DateTimeField()),
                ('draw', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='listed_encounters', to='surveys.draw')),
                ('selected', models.BooleanField(help_text='once a draw has passed; for the audit', null=True)),
            ],
            options={
                'verbose_name': 'encounter',
                'verbose_name_plural': 'encounters',
                'indexes': [models.Index(condition=models.Q(('draw', None)), fields=['wave'], name='encounter_waiting')],
                'constraints': [models.UniqueConstraint(fields=('wave', 'agency', 'key'), name='encounter_once')],
            },
        ),
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('draw', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='mailing', serialize=False, to='surveys.draw')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField()),
                ('paused', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'mailing',
                'verbose_name_plural': 'mailings',
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('digest', models.CharField(max_length=43, primary_key=True, serialize=False)),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ballots', to='surveys.drawcell')),
                ('service_point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='surveys.servicepoint')),
                ('base_weight', models.DecimalField(decimal_places=10, max_digits=15)),
                ('expires_on', models.DateField()),
            ],
            options={
                'verbose_name': 'ballot',
                'verbose_name_plural': 'ballots',
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.drawcell')),
                ('state', models.CharField(choices=[('waiting', 'to be sent'), ('sent', 'sent'), ('failed', 'could not be delivered'), ('refused', 'does not want to be asked')], default='waiting', max_length=8)),
                ('sent_on', models.DateField(null=True)),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'indexes': [models.Index(fields=['cell', 'state'], name='surveys_inv_cell_id_3ab4c9_idx')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='surveys.invitation')),
                ('sealed', models.BinaryField()),
                ('reminders', models.PositiveSmallIntegerField(default=0)),
                ('stop_code', models.CharField(blank=True, db_index=True, max_length=22)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(db_index=True, help_text='not before; empty: now', null=True)),
                ('claimed_at', models.DateTimeField(help_text='a worker has it in hand since', null=True)),
            ],
        ),
    ]

    operations = [
        CreateModels(models),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
    ]
