import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0005_in_the_order_of_the_alphabet'),
        ('orders', '0017_posting_looked_at'),
        ('shops', '0014_stock_for_colleagues'),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='shops.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('shop',), name='purchases_arrival_one_open')],
            },
        ),
        migrations.CreateModel(
            name='ArrivalScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('key', models.CharField(max_length=40)),
                ('copies', models.PositiveSmallIntegerField()),
                ('sscc', models.CharField(blank=True, default='', max_length=18)),
                ('scanned_at', models.DateTimeField()),
                ('arrival', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='purchases.arrival')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('arrival', 'key'), name='purchases_scan_once'), models.CheckConstraint(condition=models.Q(('copies__gte', 1)), name='purchases_scan_copies')],
            },
        ),
        migrations.CreateModel(
            name='ArrivedCopies',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('copies', models.PositiveSmallIntegerField()),
                ('arrival', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='for_readers', to='purchases.arrival')),
                ('order_line', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='arrived_copies', to='orders.orderline')),
            ],
        ),
        migrations.CreateModel(
            name='Supplier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('gln', models.CharField(blank=True, default='', max_length=13)),
                ('customer_number', models.CharField(blank=True, default='', max_length=35)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('way', models.CharField(choices=[('mail', 'by e-mail'), ('dilicom', 'as a Dilicom file'), ('other', 'by telephone or on its site')], default='other', max_length=8)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suppliers', to='shops.shop')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['mail', 'dilicom', 'other'])), name='purchases_supplier_way'), models.UniqueConstraint(models.F('shop'), models.F('name'), condition=models.Q(('ended_at', None)), name='purchases_supplier_once'), models.CheckConstraint(condition=models.Q(models.Q(('way', 'mail'), _negated=True), models.Q(('email', ''), _negated=True), _connector='OR'), name='purchases_supplier_mail')],
            },
        ),
        migrations.CreateModel(
            name='Purchase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('number', models.PositiveIntegerField()),
                ('way', models.CharField(choices=[('mail', 'by e-mail'), ('dilicom', 'as a Dilicom file'), ('other', 'by telephone or on its site')], max_length=8)),
                ('mailed_to', models.EmailField(blank=True, default='', max_length=254)),
                ('seen', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='purchases', to='shops.shop')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='purchases', to='purchases.supplier')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['mail', 'dilicom', 'other'])), name='purchases_purchase_way'), models.UniqueConstraint(fields=('shop', 'number'), name='purchases_purchase_number')],
            },
        ),
        migrations.CreateModel(
            name='PurchaseLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField()),
                ('received', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('ordered', 'ordered'), ('received', 'received'), ('ended', 'will not come')], default='ordered', max_length=8)),
                ('answer', models.CharField(blank=True, choices=[('partly', 'only some copies'), ('later', 'to come on a date'), ('unavailable', 'cannot be had')], default='', max_length=12)),
                ('answered', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('expected_on', models.DateField(blank=True, null=True)),
                ('order_line', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='purchase_lines', to='orders.orderline')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('purchase', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='purchases.purchase')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['order_line'], name='purchases_line_order_line'), models.Index(condition=models.Q(('state', 'ordered')), fields=['product'], name='purchases_line_awaited')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['ordered', 'received', 'ended'])), name='purchases_line_state'), models.CheckConstraint(condition=models.Q(('answer__in', ['', 'partly', 'later', 'unavailable'])), name='purchases_line_answer'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1), ('received__lte', models.F('quantity'))), name='purchases_line_quantity'), models.UniqueConstraint(condition=models.Q(('answer', ''), ('state', 'ordered')), fields=('order_line',), name='purchases_line_once')],
            },
        ),
        migrations.CreateModel(
            name='PurchaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('sent', 'sent to the supplier'), ('answered', 'answered by the supplier'), ('received', 'received'), ('ended', 'no longer expected')], max_length=8)),
                ('answer', models.CharField(blank=True, choices=[('partly', 'only some copies'), ('later', 'to come on a date'), ('unavailable', 'cannot be had')], default='', max_length=12)),
                ('copies', models.PositiveSmallIntegerField(default=0)),
                ('happened_at', models.DateTimeField()),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='steps', to='purchases.purchaseline')),
                ('purchase', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='purchases.purchase')),
            ],
            options={
                'ordering': ['happened_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['sent', 'answered', 'received', 'ended'])), name='purchases_step_kind')],
            },
        ),
        migrations.CreateModel(
            name='Supply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publisher', models.CharField(blank=True, default='', max_length=200)),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.product')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplies', to='shops.shop')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplies', to='purchases.supplier')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('product', None), _negated=True), fields=('shop', 'product'), name='purchases_supply_title'), models.UniqueConstraint(condition=models.Q(('product', None)), fields=('shop', 'publisher'), name='purchases_supply_publisher'), models.CheckConstraint(condition=models.Q(('product', None), ('publisher', ''), _connector='XOR'), name='purchases_supply_of_one')],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('reader', 'reader'), ('token', 'token'), ('feed', 'feed'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('quantity', models.PositiveSmallIntegerField()),
                ('wished_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.product')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='shops.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shop', 'product'), name='purchases_wish_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='purchases_wish_quantity')],
            },
        ),
    ]
