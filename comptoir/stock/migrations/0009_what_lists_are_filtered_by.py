"""What a list of stock is filtered and put in order by, beside each offer, and how far it is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stock', '0008_what_is_shown'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssortmentMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xid', models.BigIntegerField()),
                ('entry', models.BigIntegerField()),
                ('offer', models.BigIntegerField(default=0)),
                ('moved_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='offer',
            name='house',
            field=models.CharField(blank=True, max_length=60, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='last_moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offer',
            name='section',
            field=models.CharField(blank=True, max_length=12, null=True),
        ),
    ]
