"""Look at the messages that stood when 0002 made their constraint anew, wider."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0002_posted_orders"),
    ]

    operations = [
        ValidateConstraint(model_name="message", name="webhooks_message_event"),
    ]
