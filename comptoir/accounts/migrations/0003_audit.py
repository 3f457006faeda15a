"""The audit: who did what, where no other history records it."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_when_somebody_left'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('deed', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.BigIntegerField(blank=True, null=True)),
                ('shop_id', models.BigIntegerField(blank=True, null=True)),
                ('network_id', models.BigIntegerField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('facts', models.JSONField(default=dict)),
                ('looked', models.BooleanField(default=False, help_text='whether personal data were read by it')),
            ],
            options={
                'indexes': [models.Index(fields=['network_id', '-at'], name='accounts_audit_network'), models.Index(fields=['shop_id', '-at'], name='accounts_audit_shop'), models.Index(fields=['at'], name='accounts_audit_at')],
            },
        ),
    ]
