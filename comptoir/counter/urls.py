"""Addresses of `counter`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.counter import (
    articles,
    board,
    copies,
    copy_entry,
    counts,
    entry,
    orders,
    reports,
    reservation,
    shop,
    stock,
    team,
    uploads,
    webhooks,
)
from comptoir.counter.assortment import export
from comptoir.counter.colleagues import between, customer
from comptoir.counter.doors import switch, today
from comptoir.counter.farewell import bundle, end
from comptoir.counter.figures import own, sheet
from comptoir.counter.network import messages
from comptoir.counter.page import history, journal, links, photos, presentation
from comptoir.counter.papers import contracts, files, invoices
from comptoir.counter.parcels import prices, tariff
from comptoir.counter.payments import accounts, money
from comptoir.counter.post import day
from comptoir.counter.post import order as to_post
from comptoir.counter.post import parcels as to_leave
from comptoir.counter.purchases import arrival, lists, purchase, suppliers
from comptoir.counter.releases import days, draws
from comptoir.counter.rights import conditions, returns
from comptoir.counter.start import checklist, networks
from comptoir.counter.tills import agent, calls
from comptoir.counter.window import events, picks

app_name = "counter"
Patterns = list[URLPattern | URLResolver]

order_patterns: Patterns = [
    path("mettre-de-cote", orders.set_aside, name="set_aside"),
    path("remettre", orders.collect, name="collect"),
    path("annuler", orders.cancel, name="cancel"),
    path("creneau", today.moved, name="slot"),
    path("facture", files.issued, name="invoice"),
    path("virement", money.transfer, name="transfer_entered"),
    path("rembourser", money.refunded, name="refund"),
    path("confiance", orders.trusted, name="trusted"),
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
    path("titre", stock.titled, name="titled"),
]
report_patterns: Patterns = [
    path("appliquer", reports.apply, name="report_apply"),
    path("ecarter", reports.discard, name="report_discard"),
    path("rapport.csv", reports.report_csv, name="report_csv"),
]
upload_patterns: Patterns = [
    path("avancement", uploads.progress, name="upload_progress"),
    path("arreter", uploads.stop, name="upload_stop"),
    path("relire", uploads.again, name="upload_again"),
    path("colonnes", uploads.columns, name="upload_columns"),
]
payment_patterns: Patterns = [
    path("", accounts.payments, name="payments"),
    path("/<int:account_id>/essayer", accounts.tried, name="payment_tried"),
    path("/<int:account_id>/fermer", accounts.closed, name="payment_closed"),
    path("/virements/<int:bank_transfer_id>/retirer", money.voided, name="transfer_voided"),
    path("/remboursements/<int:refund_id>", money.again, name="refund_again"),
]
count_patterns: Patterns = [
    path("scans", counts.scans, name="count_scans"),
    path("ecarts", counts.count_differences, name="count_differences"),
    path("appliquer", counts.count_apply, name="count_apply"),
    path("abandonner", counts.count_discard, name="count_discard"),
]
window_patterns: Patterns = [
    path("", picks.window, name="window"),
    path("/mots/<str:ref>", picks.pick, name="pick"),
    path("/mot/<int:pick_id>/en-tete", picks.first, name="pick_first"),
    path("/mot/<int:pick_id>/deplacer", picks.moved, name="pick_moved"),
    path("/mot/<int:pick_id>/retirer", picks.removed, name="pick_removed"),
    path("/rencontres/annoncer", events.announce, name="announce"),
    path("/rencontres/<int:event_id>", events.event, name="event"),
    path("/rencontres/<int:event_id>/annuler", events.cancelled, name="event_cancelled"),
]
farewell_patterns: Patterns = [
    path("", bundle.farewell, name="farewell"),
    path("/avancement", bundle.progress, name="export_progress"),
    path("/export.zip", bundle.fetched, name="export_file"),
    path("/fin", end.end, name="shop_ends"),
    path("/rester", end.stay, name="shop_stays"),
]
colleague_patterns: Patterns = [
    path("", between.between, name="exchanges"),
    path("/exemplaires/<int:theirs_id>/client", customer.customer, name="pass_on"),
    path("/exemplaires/<int:theirs_id>/demander", between.asked, name="ask_colleague"),
    *(
        path(
            f"/demandes/<int:transfer_id>/{word}",
            between.moved,
            {"verb": verb},
            name=f"transfer_{verb}",
        )
        for verb, word in (
            ("accept", "accepter"),
            ("refuse", "refuser"),
            ("send", "envoye"),
            ("arrive", "arrive"),
            ("lose", "perdu"),
            ("withdraw", "retirer"),
        )
    ),
]
purchase_patterns: Patterns = [
    path("", lists.purchases, name="purchases"),
    path("/commander", lists.ordered, name="purchase_sent"),
    path("/titres/<str:ref>/fournisseur", lists.assigned, name="title_assigned"),
    path("/titres/<str:ref>/distributeur", lists.accepted, name="distributor_accepted"),
    path("/titres/<str:ref>/rayon", lists.wished, name="wish"),
    path("/fournisseurs", suppliers.suppliers, name="suppliers"),
    path("/fournisseurs/<int:supplier_id>", suppliers.supplier, name="supplier"),
    path("/reception", arrival.arrival, name="arrival"),
    path("/reception/scans", arrival.scanned, name="arrival_scan"),
    path("/reception/scans/<int:scan_id>/retirer", arrival.taken_back, name="scan_taken_back"),
    path("/reception/<int:arrival_id>/ranger", arrival.away, name="arrival_away"),
    path("/<int:number>", purchase.purchase, name="purchase"),
    path("/<int:number>.csv", purchase.purchase_file, {"kind": "csv"}, name="purchase_csv"),
    path("/<int:number>.txt", purchase.purchase_file, {"kind": "txt"}, name="purchase_txt"),
    path("/<int:number>/dilicom.txt", purchase.purchase_message, name="purchase_message"),
    path("/<int:number>/lignes/<int:line_id>", purchase.answered, name="line_answered"),
]
post_patterns: Patterns = [
    path("", day.day, name="post"),
    path("/scan", day.scanned, name="post_scan"),
    path("/lignes/<int:line_id>/trouve", day.ticked, name="post_tick"),
    path("/lignes/<int:line_id>/pas-en-rayon", day.missed, name="post_miss"),
    path("/commandes/<int:order_id>", to_post.order, name="post_order"),
    path("/commandes/<int:order_id>/scan", to_post.scanned, name="post_order_scan"),
    path("/commandes/<int:order_id>/emballer", to_post.packed, name="post_pack"),
    path("/colis/<int:parcel_id>/deballer", to_post.unpacked, name="post_unpack"),
    path("/colis/<int:parcel_id>/numero", to_post.numbered, name="post_number"),
    path("/colis/<int:parcel_id>/arrive", to_leave.delivered, name="post_delivered"),
    path("/imprimer", to_leave.papers, name="post_papers"),
    path("/tableau", to_leave.table, name="post_table"),
    path("/numeros", to_leave.numbers, name="post_numbers"),
    path("/remis", to_leave.handed, name="post_handed"),
]
page_patterns: Patterns = [
    path("", presentation.own_page, name="page"),
    path("/liens", links.links, name="links"),
    path("/photos", photos.add, name="photo_add"),
    path("/photos/<str:digest>", photos.photo, name="photo"),
    path("/photos/<str:digest>/deplacer", photos.moved, name="photo_moved"),
    path("/photos/<str:digest>/retirer", photos.removed, name="photo_removed"),
    path("/photos/<str:digest>/effacer", photos.erased, name="photo_erased"),
    path("/historique", history.history, name="history"),
    path("/historique/<int:act_id>/annuler", history.undo, name="undo"),
]
team_patterns: Patterns = [
    path("", team.team, name="team"),
    path("/inviter", team.invite, name="invite"),
    path("/invitations/<int:invitation_id>", team.invitation, name="invited"),
    path("/personnes/<int:user_id>", team.person, name="person"),
    path("/nom", team.name, name="name"),
    path("/programmes", team.programs, name="programs"),
    path("/programmes/<int:token_id>", team.program, name="program"),
]
shop_patterns: Patterns = [
    path("", board.tasks, name="tasks"),
    path("liste", board.task_list, name="task_list"),
    path("trouver", orders.find, name="find"),
    path("reservations/<int:order_id>", orders.order, name="order"),
    path("reservations/<int:order_id>/", include(order_patterns)),
    path("porte", today.today, name="door_list"),
    path("reserver", reservation.reserve, name="reserve"),
    path("stock", stock.stock, name="stock"),
    path("stock.csv", export.stock_csv, name="stock_csv"),
    path("stock/<str:ref>", stock.product, name="product"),
    path("stock/<str:ref>/", include(stock_patterns)),
    path("occasions", copies.copies, name="copies"),
    path("occasions/ajouter", copy_entry.enter, name="copy_enter"),
    path("occasions/<int:offer_id>", copy_entry.copy, name="copy"),
    path("occasions/<int:offer_id>/", include(copy_patterns)),
    path("inventaires", reports.reports, name="reports"),
    path("inventaires/essai", uploads.bench, name="bench"),
    path("inventaires/formats", uploads.formats, name="formats"),
    path("inventaires/articles/<slug:format>", articles.articles, name="articles"),
    path("inventaires/essai/<int:upload_id>", uploads.upload, name="upload"),
    path("inventaires/essai/<int:upload_id>/", include(upload_patterns)),
    path("inventaires/<int:report_id>", reports.report, name="report"),
    path("inventaires/<int:report_id>/", include(report_patterns)),
    path("caisses/<int:feed_id>/remplacee", reports.retire, name="retire"),
    path("comptages", counts.counts, name="counts"),
    path("comptages/<int:count_id>", counts.count, name="count"),
    path("comptages/<int:count_id>/", include(count_patterns)),
    path("comptages/caisse", counts.corrections, name="corrections"),
    path("comptages/caisse.csv", counts.corrections_csv, name="corrections_csv"),
    path("comptages/demandes", counts.demand, name="demand"),
    path("caisses", calls.tills, name="tills"),
    path("caisses/pc", agent.agent, name="agent"),
    path("messages", messages.messages, name="messages"),
    path("vitrine", include(window_patterns)),
    path("collegues", include(colleague_patterns)),
    path("achats", include(purchase_patterns)),
    path("courrier", include(post_patterns)),
    path("page", include(page_patterns)),
    path("chiffres", own.figures, name="figures"),
    path("chiffres.csv", sheet.figures_csv, name="figures_csv"),
    path("boutique", shop.settings, name="settings"),
    path("boutique/alertes", shop.alerts, name="alerts"),
    path("boutique/journal", journal.journal, name="journal"),
    path("boutique/journal.csv", journal.journal_csv, name="journal_csv"),
    path("boutique/equipe", include(team_patterns)),
    path("boutique/depart", include(farewell_patterns)),
    path("boutique/reseaux", networks.networks, name="networks"),
    path("premiers-pas", checklist.checklist, name="first_steps"),
    path("premiers-pas/essai", checklist.trial, name="trial"),
    path("premiers-pas/cacher", checklist.hidden, name="hide_steps"),
    path("boutique/inventaire-google", webhooks.inventory, name="inventory"),
    path("boutique/webhooks", webhooks.webhooks, name="webhooks"),
    path("boutique/webhooks/<int:endpoint_id>", webhooks.webhook, name="webhook"),
    path("boutique/envois", tariff.parcels, name="parcels"),
    path("boutique/envois/<int:tariff_id>/retirer", tariff.removed, name="parcels_removed"),
    path("boutique/envois/prix/<str:ref>", prices.decided, name="price_decided"),
    path("boutique/sorties", days.releases, name="releases"),
    path("boutique/sorties/<int:release_id>", days.releases, name="release"),
    path("boutique/sorties/<int:release_id>/fin", days.ended, name="release_end"),
    path("boutique/tirages", draws.draws, name="draws"),
    path("boutique/tirages/<int:draw_id>", draws.step, name="draw_step"),
    path("boutique/conditions", conditions.conditions, name="terms"),
    path("boutique/conditions/publier", conditions.published, name="terms_published"),
    path("boutique/conditions/informer", conditions.told_later, name="terms_told_later"),
    path("boutique/conditions/fabricants", conditions.maker, name="maker"),
    path(
        "boutique/conditions/fabricants/<int:maker_id>/retirer",
        conditions.maker_removed,
        name="maker_removed",
    ),
    path("retractations", returns.withdrawals, name="withdrawals"),
    path("retractations/<int:withdrawn_id>", returns.received, name="withdrawn_received"),
    path("boutique/factures", invoices.invoices, name="invoices"),
    path("boutique/factures/ventes.csv", files.sales_csv, name="sales_csv"),
    path("boutique/factures/<int:serial>.pdf", files.paper, name="paper"),
    path("boutique/contrats", contracts.contracts, name="contracts"),
    path("boutique/contrats/<int:contract_id>.html", contracts.contract, name="contract"),
    path("boutique/paiements", include(payment_patterns)),
    path("boutique/porte", switch.doors, name="doors"),
    path("boutique/porte/semaine", switch.week, name="door_week"),
    path("boutique/porte/<int:doors_id>/ouvrir", switch.opened, name="doors_open"),
    path("boutique/fermetures", shop.close, name="close"),
    path("boutique/fermetures/<int:closure_id>", shop.reopen, name="reopen"),
]
# Under the names that allauth knows them by.
sign_in_patterns: Patterns = [
    path("", entry.AskCode.as_view(), name="account_login"),
    path("code/", entry.AskCode.as_view(), name="account_request_login_code"),
    path("code/confirmer/", entry.EnterCode.as_view(), name="account_confirm_login_code"),
    path("code/etat", entry.code_state, name="account_code_state"),
]
urlpatterns: Patterns = [
    path("", entry.home, name="home"),
    path("entrer", entry.enter, name="enter"),
    path("invitation/<str:link>", entry.invitation, name="invitation"),
    path("<slug:shop_slug>/", include(shop_patterns)),
]
