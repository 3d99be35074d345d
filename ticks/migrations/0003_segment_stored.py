"""Sealed segments take fewer bytes on disk than their ticks have; a closed file, which all were, as many."""

from typing import Any

from django.db import migrations, models


def as_closed(apps: Any, schema_editor: Any) -> None:
    apps.get_model("ticks", "Segment").objects.update(stored=models.F("bytes"))


class Migration(migrations.Migration):
    dependencies = [("ticks", "0002_main_stream")]
    operations = [
        migrations.AddField("segment", "stored", models.BigIntegerField(default=0, help_text="Bytes on disk")),
        migrations.RunPython(as_closed, migrations.RunPython.noop),
    ]
