"""Addresses of `counter`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.counter.views import (
    copies,
    counts,
    entry,
    links,
    orders,
    reservation,
    shop,
    stock,
    tasks,
    tellings,
    trials,
    webhooks,
)

app_name = "counter"
Patterns = list[URLPattern | URLResolver]

order_patterns: Patterns = [
    path("mettre-de-cote", orders.set_aside, name="set_aside"),
    path("remettre", orders.collect, name="collect"),
    path("annuler", orders.cancel, name="cancel"),
    path("lignes/<int:line_id>/pas-en-rayon", orders.not_found, name="not_found"),
]
copy_patterns: Patterns = [
    path("vendu", copies.sold, name="copy_sold"),
    path("retirer", copies.withdrawn, name="copy_withdrawn"),
    path("vu", copies.seen, name="copy_seen"),
]
stock_patterns: Patterns = [
    path("vendu", stock.sold, name="sold"),
    path("recu", stock.received, name="received"),
    path("compte", stock.counted, name="counted"),
    path("pourquoi", stock.why, name="why"),
]
telling_patterns: Patterns = [
    path("appliquer", tellings.apply, name="run_apply"),
    path("ecarter", tellings.discard, name="run_discard"),
    path("rapport.csv", tellings.report, name="run_report"),
]
trial_patterns: Patterns = [
    path("avancement", trials.progress, name="trial_progress"),
    path("arreter", trials.stop, name="trial_stop"),
    path("relire", trials.again, name="trial_again"),
    path("colonnes", trials.columns, name="trial_columns"),
]
count_patterns: Patterns = [
    path("scans", counts.scans, name="count_scans"),
    path("ecarts", counts.count_differences, name="count_differences"),
    path("appliquer", counts.count_apply, name="count_apply"),
    path("abandonner", counts.count_discard, name="count_discard"),
]
shop_patterns: Patterns = [
    path("", tasks.tasks, name="tasks"),
    path("liste", tasks.task_list, name="task_list"),
    path("trouver", orders.find, name="find"),
    path("reservations/<int:order_id>", orders.order, name="order"),
    path("reservations/<int:order_id>/", include(order_patterns)),
    path("reserver", reservation.reserve, name="reserve"),
    path("stock", stock.stock, name="stock"),
    path("stock/<str:ref>", stock.product, name="product"),
    path("stock/<str:ref>/", include(stock_patterns)),
    path("occasions", copies.copies, name="copies"),
    path("occasions/ajouter", copies.enter, name="copy_enter"),
    path("occasions/<int:offer_id>", copies.copy, name="copy"),
    path("occasions/<int:offer_id>/", include(copy_patterns)),
    path("inventaires", tellings.runs, name="runs"),
    path("inventaires/essai", trials.bench, name="bench"),
    path("inventaires/formats", trials.formats, name="formats"),
    path("inventaires/articles/<slug:format>", trials.articles, name="articles"),
    path("inventaires/essai/<int:trial_id>", trials.trial, name="trial"),
    path("inventaires/essai/<int:trial_id>/", include(trial_patterns)),
    path("inventaires/<int:run_id>", tellings.run, name="run"),
    path("inventaires/<int:run_id>/", include(telling_patterns)),
    path("caisses/<int:feed_id>/remplacee", tellings.retire, name="retire"),
    path("comptages", counts.counts, name="counts"),
    path("comptages/<int:count_id>", counts.count, name="count"),
    path("comptages/<int:count_id>/", include(count_patterns)),
    path("comptages/caisse", counts.corrections, name="corrections"),
    path("comptages/caisse.csv", counts.corrections_csv, name="corrections_csv"),
    path("comptages/demandes", counts.asked, name="asked"),
    path("caisses", links.tills, name="tills"),
    path("boutique", shop.settings, name="settings"),
    path("boutique/webhooks", webhooks.webhooks, name="webhooks"),
    path("boutique/webhooks/<int:endpoint_id>", webhooks.webhook, name="webhook"),
    path("boutique/fermetures", shop.close, name="close"),
    path("boutique/fermetures/<int:closure_id>", shop.reopen, name="reopen"),
]
urlpatterns: Patterns = [
    path("", entry.home, name="home"),
    path("entrer", entry.enter, name="enter"),
    path("<slug:shop_slug>/", include(shop_patterns)),
]
