"""What the directory tells besides: specialities, networks, access, how a service is used; what a
shop lets others see of its stock, and whether it agrees to open data (nobody has yet)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0001_networks'),
        ('shops', '0004_invitations_and_leaving'),
    ]

    operations = [
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='networks.network')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='shops.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shop', 'network'), name='shops_membership_once')],
            },
        ),
        migrations.CreateModel(
            name='Speciality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('literature', 'Literature'), ('crime', 'Crime fiction'), ('imaginary', 'Science fiction and fantasy'), ('comics', 'Comics'), ('manga', 'Manga'), ('children', 'Children’s books'), ('humanities', 'Humanities'), ('arts', 'Art and photography'), ('practical', 'Cooking, garden, crafts'), ('nature', 'Nature and ecology'), ('travel', 'Travel and maps'), ('regional', 'Regional books'), ('foreign', 'Books in other languages'), ('school', 'School and university'), ('spiritual', 'Religion and spirituality'), ('queer', 'Feminist and LGBT+ books'), ('old_books', 'Second-hand and old books'), ('sheet_music', 'Sheet music'), ('jazz', 'Jazz and blues'), ('classical', 'Classical music'), ('chanson', 'French chanson'), ('rock', 'Rock and pop'), ('metal', 'Metal and punk'), ('electronic', 'Electronic music'), ('hip_hop', 'Hip-hop, soul, funk'), ('reggae', 'Reggae and dub'), ('world', 'Music of the world'), ('soundtracks', 'Film and game music'), ('old_vinyl', 'Second-hand vinyl')], max_length=16)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='specialities', to='shops.shop')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['literature', 'crime', 'imaginary', 'comics', 'manga', 'children', 'humanities', 'arts', 'practical', 'nature', 'travel', 'regional', 'foreign', 'school', 'spiritual', 'queer', 'old_books', 'sheet_music', 'jazz', 'classical', 'chanson', 'rock', 'metal', 'electronic', 'hip_hop', 'reggae', 'world', 'soundtracks', 'old_vinyl'])), name='shops_speciality_kind'),
                    models.UniqueConstraint(fields=('shop', 'kind'), name='shops_speciality_once'),
                ],
            },
        ),
        migrations.AddField(
            model_name='service',
            name='how',
            field=models.CharField(blank=True, db_default='', default='', max_length=160),
        ),
        migrations.AddField(
            model_name='shop',
            name='open_data',
            field=models.BooleanField(db_default=False, default=False, help_text='whether the shop agrees that its entry is given away as open data'),
        ),
        migrations.AddField(
            model_name='shop',
            name='stock_shown',
            field=models.CharField(choices=[('exact', 'how many copies there are'), ('in_stock', 'that a title is there'), ('nothing', 'nothing')], db_default='in_stock', default='in_stock', max_length=8),
        ),
        migrations.AddField(
            model_name='shop',
            name='wheelchair',
            field=models.CharField(blank=True, choices=[('yes', 'Wheelchair access'), ('limited', 'Wheelchair access in part, or with help'), ('no', 'No wheelchair access')], db_default='', default='', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='shop',
            constraint=models.CheckConstraint(condition=models.Q(('stock_shown__in', ['exact', 'in_stock', 'nothing'])), name='shops_shop_stock_shown'),
        ),
        migrations.AddConstraint(
            model_name='shop',
            constraint=models.CheckConstraint(condition=models.Q(('wheelchair__in', ['', 'yes', 'limited', 'no'])), name='shops_shop_wheelchair'),
        ),
    ]
