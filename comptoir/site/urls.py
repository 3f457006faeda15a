"""Addresses of `site`."""

from django.urls import URLPattern, URLResolver, path

from comptoir.site import (
    alerts,
    basket,
    home,
    orders,
    pages,
    photos,
    products,
    reservation,
    search,
)
from comptoir.site.by_mail import orders as lost_orders
from comptoir.site.doors import slots
from comptoir.site.draws import days as release_days
from comptoir.site.draws import draw as draws
from comptoir.site.draws import entry as draw_entries
from comptoir.site.events import agenda, event, feeds
from comptoir.site.frames import frame, maker
from comptoir.site.groups import form, page
from comptoir.site.machines import brand, browsers, cards, open_data, sitemaps
from comptoir.site.machines import inventory as inventories
from comptoir.site.membership import form as join_form
from comptoir.site.membership import proof as join_proof
from comptoir.site.network import article, news
from comptoir.site.parcels import receipt
from comptoir.site.payment import invoice, notices, pay, trial
from comptoir.site.postal import conditions as terms
from comptoir.site.postal.form import by_post
from comptoir.site.postal.notices import graphic
from comptoir.site.postal.several import list_posted
from comptoir.site.rights import pages as rights
from comptoir.site.rounds import proposals
from comptoir.site.shops import directory, index, letter, poster, shop, tiles
from comptoir.site.shops import map as shops_map
from comptoir.site.withdrawals import declaration, entry
from comptoir.site.withdrawals import receipt as withdrawn

app_name = "site"
urlpatterns: list[URLPattern | URLResolver] = [
    path("images/<str:digest>.webp", article.picture, name="network_picture"),
    path("pages/<slug:page>", article.page, name="network_page"),
    path("actualites", news.news, name="network_news"),
    path("actualites.atom", news.news_atom, name="network_news_atom"),
    path("actualites/<slug:item>", article.news_item, name="network_news_item"),
    path("reseaux/<slug:network_slug>/pages/<slug:page>", article.page, name="of_network_page"),
    path("reseaux/<slug:network_slug>/actualites", news.news, name="of_network_news"),
    path(
        "reseaux/<slug:network_slug>/actualites.atom", news.news_atom, name="of_network_news_atom"
    ),
    path(
        "reseaux/<slug:network_slug>/actualites/<slug:item>",
        article.news_item,
        name="of_network_news_item",
    ),
    path("", home.home, name="home"),
    path("recherche", search.results, name="search"),
    path("recherche/voisins", search.neighbours, name="neighbours"),
    path("titre/<str:ref>", products.product, name="product"),
    path("titre/<str:ref>/voisins", products.neighbours, name="product_neighbours"),
    path("titre/<str:ref>/offres", products.offers, name="product_offers"),
    path("titre/<str:ref>/alerte", alerts.alert_form, name="alert_form"),
    path("couverture/<str:ref>.svg", products.cover, name="cover"),
    path("photo/boutique/<str:name>.webp", photos.shop_photo, name="shop_photo"),
    path("photo/<str:digest>.webp", photos.photo, name="photo"),
    path("photo/<str:digest>/petite.webp", photos.photo, {"small": True}, name="photo_small"),
    path("couleur/<str:colour>.css", brand.style, name="brand_style"),
    path("logo/<str:digest>.png", brand.logo, name="brand_logo"),
    path("boutiques", directory.directory, name="shops"),
    path("boutiques.geojson", shops_map.shops_geojson, name="shops_geojson"),
    path("boutiques.horaires", shops_map.openings, name="openings"),
    path("tuiles/<int:z>/<int:x>/<int:y>", tiles.tile, name="tile"),
    path("boutiques/<slug:slug>", shop.shop, name="shop"),
    path("boutiques/<slug:slug>/rayons", shop.sections, name="shop_sections"),
    path("boutiques/<slug:slug>/agenda.ics", feeds.shop_calendar, name="shop_calendar"),
    path("boutiques/<slug:slug>/agenda.atom", feeds.shop_atom, name="shop_atom"),
    path("agenda", agenda.agenda, name="agenda"),
    path("agenda.ics", feeds.agenda_calendar, name="agenda_calendar"),
    path("agenda.atom", feeds.agenda_atom, name="agenda_atom"),
    path("agenda/<int:event_id>", event.event, name="event"),
    path("agenda/<int:event_id>.ics", event.event_calendar, name="event_calendar"),
    path("boutiques/<slug:slug>/ecrire", letter.letter, name="shop_letter"),
    path("boutiques/<slug:slug>/affiche.pdf", poster.poster, name="shop_poster"),
    path("boutiques/<slug:slug>/conditions", terms.conditions, name="terms"),
    path("boutiques/<slug:slug>/conditions/<int:number>", terms.conditions, name="terms_version"),
    path("boutiques/<slug:slug>/mentions-legales", terms.legal, name="shop_legal"),
    path("boutiques/<slug:slug>/vie-privee", terms.privacy, name="shop_privacy"),
    path("annuaire", index.places, name="places"),
    path("annuaire/<slug:place>", index.place, name="place"),
    path("annuaire/<slug:place>/<slug:kind>", index.place, name="place_kind"),
    path("annuaire/<slug:place>/<slug:kind>/<slug:thing>", index.place, name="place_thing"),
    path("ou-trouver", maker.maker, name="frame_maker"),
    path("ou-trouver/liste", frame.titles, name="frame_titles"),
    path("ou-trouver/<str:ref>", frame.title, name="frame"),
    path("sorties", release_days.coming, name="releases"),
    path("tirages/verifier.py", draws.script, name="draw_script"),
    path("tirages/<int:draw_id>", draws.draw, name="draw"),
    path("tirages/<int:draw_id>.json", draws.data, name="draw_data"),
    path("tirages/entree/<str:entry_token>", draw_entries.entry, name="draw_entry"),
    path("reserver/tirage/<int:draw_id>", draws.enter, name="draw_enter"),
    path("reserver/tirage/entree/<str:entry_token>", draw_entries.confirm, name="draw_confirm"),
    path("panier", basket.basket, name="basket"),
    path("tournee", proposals.rounds, name="rounds"),
    path("tournee/par-la-poste", list_posted, name="list_posted"),
    path("reserver", reservation.reservation, name="reserve"),
    path("reserver/par-la-poste", by_post, name="by_post"),
    path("reserver/ensemble", form.reservation, name="reserve_group"),
    path("reservation/groupe/<str:group_token>", page.group, name="group"),
    path(
        "reservation/groupe/<str:group_token>/confirmer/<str:group_proof>",
        page.confirm,
        name="group_confirm",
    ),
    path("reservation/groupe/<str:group_token>/annuler", page.cancel, name="group_cancel"),
    path("reserver/alerte/<str:ref>", alerts.alert_form, name="alert_ask"),
    path("alerte/<str:word>", alerts.alert, name="alert"),
    path("alertes/fin/<str:mailbox>", alerts.alerts_end, name="alerts_end"),
    path("retrouver-ma-commande", lost_orders.find, name="find_order"),
    path("reservation/<str:token>", orders.order, name="order"),
    path("reservation/<str:token>/confirmer/<str:proof>", orders.confirm, name="order_confirm"),
    path("reservation/<str:token>/annuler", orders.cancel, name="order_cancel"),
    path("reservation/<str:token>/creneau", slots.choose, name="order_slot"),
    path("reservation/<str:token>/retrait.ics", orders.calendar_file, name="order_calendar"),
    path(
        "reservation/<str:token>/colis/<int:parcel_id>/recu",
        receipt.received,
        name="parcel_received",
    ),
    path("reservation/<str:token>/facture", invoice.invoice, name="order_invoice"),
    path("reservation/<str:token>/facture/<str:number>.pdf", invoice.paper, name="order_paper"),
    path("garantie/<str:digest>", graphic, name="guarantee_notice"),
    path("reservation/<str:token>/conditions", terms.of_order, name="order_terms"),
    path("reservation/<str:token>/retractation", declaration.withdrawal, name="withdrawal"),
    path(
        "reservation/<str:token>/retractation/<int:withdrawal_id>",
        withdrawn.receipt,
        name="withdrawal_receipt",
    ),
    path(
        "reservation/<str:token>/retractation/<int:withdrawal_id>.pdf",
        withdrawn.pdf,
        name="withdrawal_pdf",
    ),
    path(
        "reservation/<str:token>/retractation/<int:withdrawal_id>.txt",
        withdrawn.text,
        name="withdrawal_text",
    ),
    path("reservation/<str:token>/code.svg", orders.qr, name="order_qr"),
    path("reservation/<str:token>/payer", pay.pay, name="payment"),
    path("paiement/retour/<str:session_token>", pay.back, name="payment_back"),
    path("paiement/<slug:provider>/<str:account>", notices.notice, name="payment_notice"),
    path("essai/paiement/<str:key>", trial.page, name="trial_payment"),
    path("essai/paiement/<str:key>/paid", trial.paid, name="trial_paid"),
    path("reservation/<path:rest>", orders.broken, name="order_broken"),
    path("retractation", entry.entry, name="withdrawal_entry"),
    path("retractation/<str:withdrawal_link>", entry.link, name="withdrawal_link"),
    path("rejoindre", join_form.join, name="join"),
    path("rejoindre/envoyee", join_form.sent, name="join_sent"),
    path("rejoindre/confirmer/<str:link>", join_proof.confirm, name="join_confirm"),
    path("rejoindre/verifier/<str:link>", join_proof.verify, name="join_verify"),
    path("vie-privee", pages.privacy, name="privacy"),
    path("vie-privee/mes-donnees", rights.ask, name="rights"),
    path("vie-privee/mes-donnees/<str:rights>", rights.kept, name="rights_of"),
    path("vie-privee/mes-donnees/<str:rights>/effacer", rights.erased, name="rights_erase"),
    path("vie-privee/mes-donnees/<str:rights>/donnees.json", rights.as_json, name="rights_json"),
    path("vie-privee/mes-donnees/<str:rights>/donnees.html", rights.as_html, name="rights_html"),
    path("mentions-legales", pages.legal, name="legal"),
    path("accessibilite", pages.accessibility, name="accessibility"),
    path("donnees", open_data.page, name="open_data"),
    path("donnees/boutiques.csv", open_data.as_csv, name="open_data_csv"),
    path("donnees/boutiques.geojson", open_data.as_geojson, name="open_data_geojson"),
    path("donnees/boutiques.json", open_data.as_json, name="open_data_json"),
    path("inventaire/<str:inventory>.tsv", inventories.stock, name="inventory"),
    path("inventaire/<str:inventory>/titres.tsv", inventories.products, name="inventory_products"),
    path("carte/titre/<str:ref>.png", cards.title_card, name="title_card"),
    path("carte/boutique/<slug:slug>.png", cards.shop_card, name="shop_card"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemap-annuaire.xml", sitemaps.sitemap_places, name="sitemap_places"),
    path("sitemap-agenda.xml", sitemaps.sitemap_events, name="sitemap_events"),
    path("sitemap-boutiques.xml", sitemaps.sitemap_shops, name="sitemap_shops"),
    path("sitemap-titres-<int:page>.xml", sitemaps.sitemap_products, name="sitemap_products"),
    path("opensearch.xml", browsers.opensearch, name="opensearch"),
    path("manifest.webmanifest", browsers.manifest, name="manifest"),
]
