import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_every_till'),
        ('shops', '0001_initial'),
        ('stock', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CopyPhoto',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('large', models.BinaryField()),
                ('small', models.BinaryField()),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='FeedPull',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('file', 'a file of the till'), ('passculture', 'a provider of the pass Culture contract')], default='file', max_length=12)),
                ('url', models.CharField(max_length=2000)),
                ('format', models.CharField(blank=True, max_length=16)),
                ('mode', models.CharField(blank=True, choices=[('snapshot', 'snapshot'), ('delta', 'delta'), ('sales', 'sales')], max_length=8)),
                ('every_minutes', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(10080)])),
                ('user', models.CharField(blank=True, max_length=200)),
                ('password', models.CharField(blank=True, max_length=200)),
                ('etag', models.CharField(blank=True, max_length=300)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('next_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('full_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='FeedSilence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heard_at', models.DateTimeField()),
                ('noticed_at', models.DateTimeField()),
                ('shop_told', models.BooleanField(default=False)),
                ('network_told_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ShopRecord',
            fields=[
                ('shop', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stock_record', serialize=False, to='shops.shop')),
                ('promised', models.PositiveIntegerField(db_default=0, default=0)),
                ('missing', models.PositiveIntegerField(db_default=0, default=0)),
                ('told_every', models.PositiveIntegerField(blank=True, null=True)),
                ('as_of', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TillLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('token', models.CharField(max_length=64, unique=True)),
                ('secret', models.CharField(blank=True, max_length=200)),
                ('location', models.CharField(blank=True, max_length=60)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('file_name', models.CharField(max_length=200)),
                ('size', models.PositiveIntegerField(default=0)),
                ('format', models.CharField(blank=True, max_length=16)),
                ('mode', models.CharField(blank=True, max_length=8)),
                ('as_of', models.DateTimeField(blank=True, null=True)),
                ('written', models.DateTimeField(blank=True, null=True)),
                ('language', models.CharField(default='fr', max_length=8)),
                ('state', models.CharField(choices=[('waiting', 'waits to be read'), ('reading', 'being read'), ('asking', 'its columns are to be named'), ('ready', 'read'), ('failed', 'could not be read')], default='waiting', max_length=8)),
                ('read_bytes', models.PositiveIntegerField(default=0)),
                ('columns', models.JSONField(blank=True, default=dict)),
                ('problem', models.CharField(blank=True, max_length=1000)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='TrialPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='UsedCopy',
            fields=[
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='copy', serialize=False, to='stock.offer')),
                ('sleeve', models.CharField(blank=True, choices=[('M', 'sleeve mint (M)'), ('NM', 'sleeve near mint (NM)'), ('VG+', 'sleeve very good plus (VG+)'), ('VG', 'sleeve very good (VG)'), ('G+', 'sleeve good plus (G+)'), ('G', 'sleeve good (G)'), ('F', 'sleeve fair (F)'), ('P', 'sleeve poor (P)'), ('NG', 'sleeve not graded'), ('GEN', 'generic sleeve'), ('NC', 'no cover')], max_length=3)),
                ('note', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='feed',
            name='stock_feed_format',
        ),
        migrations.RemoveConstraint(
            model_name='feedrun',
            name='stock_run_mode',
        ),
        migrations.RemoveConstraint(
            model_name='feedrun',
            name='stock_run_status',
        ),
        migrations.RemoveConstraint(
            model_name='feedrun',
            name='stock_run_covers',
        ),
        migrations.RemoveConstraint(
            model_name='offer',
            name='stock_offer_once',
        ),
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='stock_movement_reason',
        ),
        migrations.AddField(
            model_name='feed',
            name='changes_as_of',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='feed',
            name='columns',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='feed',
            name='retired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='feedrun',
            name='digest',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='feedrun',
            name='key',
            field=models.CharField(blank=True, db_default='', default='', max_length=100),
        ),
        migrations.AddField(
            model_name='keptline',
            name='copy_ref',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='keptline',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='keptline',
            name='product',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.product'),
        ),
        migrations.AddField(
            model_name='keptline',
            name='sleeve',
            field=models.CharField(blank=True, db_default='', default='', max_length=3),
        ),
        migrations.AddField(
            model_name='offer',
            name='copy_ref',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='offer',
            name='doubtful',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='offer',
            name='pace',
            field=models.FloatField(db_default=0.0, default=0.0),
        ),
        migrations.AddField(
            model_name='shopclock',
            name='contested_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='feed',
            name='format',
            field=models.CharField(max_length=16),
        ),
        migrations.AlterField(
            model_name='feed',
            name='shop_code',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='feedrun',
            name='covers',
            field=models.CharField(choices=[('new', 'new copies only'), ('all', 'new and used copies'), ('copies', 'one-off copies, each by its own reference')], default='all', max_length=8),
        ),
        migrations.AlterField(
            model_name='feedrun',
            name='mode',
            field=models.CharField(choices=[('snapshot', 'snapshot'), ('delta', 'delta'), ('sales', 'sales')], max_length=8),
        ),
        migrations.AlterField(
            model_name='feedrun',
            name='shop_code',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='feedrun',
            name='status',
            field=models.CharField(choices=[('applied', 'applied'), ('quarantined', 'held back, to be checked'), ('outdated', 'older than what is known: kept, changes nothing'), ('refused', 'refused'), ('discarded', 'discarded after a check'), ('previewed', 'looked at before it is applied')], max_length=12),
        ),
        migrations.AlterField(
            model_name='keptline',
            name='ean',
            field=models.CharField(blank=True, db_default='', default='', max_length=13),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='reason',
            field=models.CharField(choices=[('told', 'the till said so'), ('received', 'received'), ('sold', 'sold at the counter'), ('collected', 'collected by the reader'), ('not_found', 'not on the shelf'), ('counted', 'counted by hand'), ('withdrawn', 'withdrawn from sale')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='feedrun',
            index=models.Index(fields=['feed', 'received_at'], name='stock_run_received'),
        ),
        migrations.AddConstraint(
            model_name='feedrun',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['snapshot', 'delta', 'sales'])), name='stock_run_mode'),
        ),
        migrations.AddConstraint(
            model_name='feedrun',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['applied', 'quarantined', 'outdated', 'refused', 'discarded', 'previewed'])), name='stock_run_status'),
        ),
        migrations.AddConstraint(
            model_name='feedrun',
            constraint=models.CheckConstraint(condition=models.Q(('covers__in', ['new', 'all', 'copies'])), name='stock_run_covers'),
        ),
        migrations.AddConstraint(
            model_name='feedrun',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('status', 'previewed'), _negated=True)), fields=('feed', 'key'), name='stock_run_key_once'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('copy_ref', '')), fields=('shop', 'product', 'condition'), name='stock_offer_once'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('copy_ref', ''), _negated=True), fields=('shop', 'copy_ref'), name='stock_offer_copy_once'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['told', 'received', 'sold', 'collected', 'not_found', 'counted', 'withdrawn'])), name='stock_movement_reason'),
        ),
        migrations.AddField(
            model_name='feedpull',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulls', to='shops.shop'),
        ),
        migrations.AddField(
            model_name='feedsilence',
            name='feed',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='silences', to='stock.feed'),
        ),
        migrations.AddConstraint(
            model_name='shoprecord',
            constraint=models.CheckConstraint(condition=models.Q(('missing__lte', models.F('promised'))), name='stock_record_share'),
        ),
        migrations.AddField(
            model_name='tilllink',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='till_links', to='shops.shop'),
        ),
        migrations.AddField(
            model_name='trial',
            name='run',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='trial', to='stock.feedrun'),
        ),
        migrations.AddField(
            model_name='trial',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trials', to='shops.shop'),
        ),
        migrations.AddField(
            model_name='trialpiece',
            name='trial',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='stock.trial'),
        ),
        migrations.AddField(
            model_name='usedcopy',
            name='photo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='stock.copyphoto'),
        ),
        migrations.AddConstraint(
            model_name='feedpull',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['file', 'passculture'])), name='stock_pull_kind'),
        ),
        migrations.AddConstraint(
            model_name='feedpull',
            constraint=models.UniqueConstraint(fields=('shop', 'url'), name='stock_pull_once'),
        ),
        migrations.AddConstraint(
            model_name='feedsilence',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('feed',), name='stock_silence_once'),
        ),
        migrations.AddConstraint(
            model_name='tilllink',
            constraint=models.UniqueConstraint(fields=('shop', 'provider'), name='stock_till_link_once'),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(fields=['created_at'], name='stock_trial_age'),
        ),
        migrations.AddConstraint(
            model_name='trial',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'reading', 'asking', 'ready', 'failed'])), name='stock_trial_state'),
        ),
        migrations.AddConstraint(
            model_name='trialpiece',
            constraint=models.UniqueConstraint(fields=('trial', 'number'), name='stock_trial_piece_once'),
        ),
        migrations.AddConstraint(
            model_name='usedcopy',
            constraint=models.CheckConstraint(condition=models.Q(('sleeve__in', ['', 'M', 'NM', 'VG+', 'VG', 'G+', 'G', 'F', 'P', 'NG', 'GEN', 'NC'])), name='stock_copy_sleeve'),
        ),
    ]
