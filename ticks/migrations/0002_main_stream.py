"""The stream `main` exists from the start: private, with no tick yet."""

from typing import Any

from django.db import migrations


def create(apps: Any, schema_editor: Any) -> None:
    apps.get_model("ticks", "Stream").objects.get_or_create(name="main")


class Migration(migrations.Migration):
    dependencies = [("ticks", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
