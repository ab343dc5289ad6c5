from django.db import migrations, models

from surveys.roles import make_groups

OFFICE = [
    "surveys.view_all_agencies",
    "surveys.change_wave",
    "surveys.change_draw",
    "surveys.add_mailing",
    "surveys.change_mailing",
    "responses.add_importjob",
]


def place_accounts(apps, schema_editor):
    """Every account gets the roles that say what it may do already. Nothing is taken away."""
    User = apps.get_model("surveys", "User")
    Group = apps.get_model("auth", "Group")
    accounts = User.objects.filter(is_superuser=False)

    def holders(right):
        app, codename = right.split(".")
        its = {"content_type__app_label": app, "codename": codename}
        given = apps.get_model("auth", "Permission").objects.filter(**its).values("pk")
        return set(
            accounts.filter(
                models.Q(user_permissions__in=given) | models.Q(groups__permissions__in=given)
            ).values_list("pk", flat=True)
        )

    office = set(accounts.filter(is_staff=True).values_list("pk", flat=True))
    office = office.intersection(*map(holders, OFFICE))
    of_an_agency = set(accounts.filter(agency__isnull=False).values_list("pk", flat=True))
    roles = {
        "Survey office": office,
        "Agency analyst": (of_an_agency | holders("surveys.view_all_agencies")) - office,
        "Add-on author": holders("surveys.author_add_ons") - office,
        "Telephone agent": holders("responses.take_calls") - office,
    }
    for name, members in roles.items():
        Group.objects.get(name=name).user_set.add(*members)


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0007_second_edition'),
        ('responses', '0017_response_draw'),
        ('surveys', '0010_acts'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='agency',
            options={'ordering': ['code'], 'permissions': [('view_all_agencies', 'Can see the figures of every agency'), ('view_own_agency', 'Can see the figures of their own agency'), ('act_for_agency', 'Can order reports, plan, print posters and put up kiosks')], 'verbose_name': 'agency', 'verbose_name_plural': 'agencies'},
        ),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(place_accounts, migrations.RunPython.noop),
    ]
