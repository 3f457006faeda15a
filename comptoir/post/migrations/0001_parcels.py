import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0017_posting_looked_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fetched',
            fields=[
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fetched', serialize=False, to='orders.orderline')),
                ('quantity', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carrier', models.CharField(blank=True, choices=[('la_poste', 'La Poste, letter'), ('colissimo', 'Colissimo'), ('chronopost', 'Chronopost'), ('mondial_relay', 'Mondial Relay'), ('other', 'another carrier')], max_length=16)),
                ('tracking', models.CharField(blank=True, max_length=40)),
                ('grams', models.PositiveIntegerField(blank=True, null=True)),
                ('packed_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='orders.order')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('delivered_at', None)), fields=['order'], name='post_parcel_on_its_way')],
                'constraints': [models.CheckConstraint(condition=models.Q(('carrier__in', ['', 'la_poste', 'colissimo', 'chronopost', 'mondial_relay', 'other'])), name='post_parcel_carrier'), models.CheckConstraint(condition=models.Q(('delivered_at', None), models.Q(('handed_at', None), _negated=True), _connector='OR'), name='post_parcel_in_turn')],
            },
        ),
        migrations.CreateModel(
            name='ParcelLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='packed', to='orders.orderline')),
                ('parcel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contents', to='post.parcel')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('parcel', 'line'), name='post_parcelline_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='post_parcelline_quantity')],
            },
        ),
        migrations.CreateModel(
            name='ParcelStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('packed', 'packed'), ('numbered', 'number noted'), ('handed', 'handed to the carrier'), ('delivered', 'delivered')], max_length=10)),
                ('happened_at', models.DateTimeField()),
                ('parcel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='post.parcel')),
            ],
            options={
                'ordering': ['happened_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['packed', 'numbered', 'handed', 'delivered'])), name='post_step_kind')],
            },
        ),
    ]
