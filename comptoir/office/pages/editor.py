"""The screen on which a page or a news item is written: kept as a draft or published, shown first
as readers will see it. Who writes at the same time as somebody else is told; nothing is lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.accounts.names import with_names
from comptoir.core.errors import Conflict, DomainError, Invalid
from comptoir.core.limits import TooMany
from comptoir.networks.models import Publication
from comptoir.networks.operations.pages.publications import Texts, write_publication
from comptoir.networks.operations.scope import NetworkVerb
from comptoir.networks.pages.markdown import PICTURE
from comptoir.networks.pages.models import PublicationKind
from comptoir.networks.pages.reads import draft, version_of
from comptoir.office.pages.form import TextForm, typed_of
from comptoir.office.pages.pictures import LARGEST_FORM, keep_sent
from comptoir.office.pages.texts import text_of
from comptoir.office.scope import Office, at_the_office, page
from comptoir.ui.bodies import takes_files


@takes_files(LARGEST_FORM)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.WRITE_PAGES)
def new_page(request: HttpRequest, office: Office) -> HttpResponse:
    """Write a new page."""
    return _edit(request, office, PublicationKind.PAGE, None)


@takes_files(LARGEST_FORM)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.WRITE_PAGES)
def new_item(request: HttpRequest, office: Office) -> HttpResponse:
    """Write a new news item."""
    return _edit(request, office, PublicationKind.NEWS, None)


@takes_files(LARGEST_FORM)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_office(NetworkVerb.WRITE_PAGES)
def text(request: HttpRequest, office: Office, publication_id: int) -> HttpResponse:
    """Write a page or a news item that is there."""
    found = text_of(office, publication_id)
    return _edit(request, office, PublicationKind(found.kind), found)


def _edit(
    request: HttpRequest, office: Office, kind: PublicationKind, found: Publication | None
) -> HttpResponse:
    if request.method != "POST":
        given = typed_of(found, version_of(found, found.latest)) if found else {"in_footer": True}
        return _screen(request, office, found, TextForm(kind, initial=given))
    if "picture" in request.POST:
        return _with_picture(request, office, kind, found)
    form = TextForm(kind, request.POST)
    if "preview" in request.POST:
        shown = draft(form.unsaved(found), office.network.pk)
        return _screen(request, office, found, form, article=shown)
    if not form.is_valid():
        return _screen(request, office, found, form)
    try:
        written = write_publication(
            network=office.network,
            publication_id=found.pk if found else None,
            kind=kind,
            texts=form.texts,
            placing=form.placing,
            after=form.cleaned_data["after"] or 0,
            publish="publish" in request.POST,
            actor=office.actor,
            now=timezone.now(),
        )
    except (Conflict, Invalid) as refusal:
        return _refused(request, office, found, form, refusal)
    if written.shown == written.latest:
        told = _("Published.")
    elif written.shown:
        told = _("Kept as a draft: say address and dates when you publish it.")
    else:
        told = _("Kept as a draft.")
    messages.success(request, told)
    return redirect("office:text", office.network.slug, written.pk)


def _refused(
    request: HttpRequest,
    office: Office,
    found: Publication | None,
    form: TextForm,
    refusal: DomainError,
) -> HttpResponse:
    """Show the form again as it was typed; where somebody else wrote meanwhile, their text beside
    it, and the next saving is upon theirs."""
    if refusal.code != "written_meanwhile" or found is None:
        form.refuse(refusal)
        return _screen(request, office, found, form)
    theirs = version_of(found, refusal.data["number"])
    typed = {**dict(form.data.items()), "after": str(theirs.number)}
    again = TextForm(PublicationKind(found.kind), typed)
    others = [
        (again.fields[name].label, getattr(theirs, name))
        for name in Texts.__slots__
        if getattr(theirs, name) != getattr(form.texts, name)
    ]
    names = with_names([theirs])
    return _screen(request, office, found, again, theirs=theirs, others=others, who=names[0][1])


def _with_picture(
    request: HttpRequest, office: Office, kind: PublicationKind, found: Publication | None
) -> HttpResponse:
    """Keep a picture that was sent with the form, and put it at the end of the text."""
    typed = request.POST.copy()
    try:
        kept = keep_sent(request, office)
    except (Conflict, Invalid, TooMany) as refusal:
        form = TextForm(kind, typed)
        return _screen(
            request, office, found, form, fault=str(refusal), alt=request.POST.get("alt", "")
        )
    typed["body"] = (
        f"{typed.get('body', '').rstrip()}\n\n![{_plain(kept.alt)}]({PICTURE}{kept.digest})\n"
    )
    messages.success(
        request, _("The picture stands at the end of the text: move it where you like.")
    )
    return _screen(request, office, found, TextForm(kind, typed))


def _plain(words: str) -> str:
    """Return words as they stand in Markdown between brackets."""
    return "".join(f"\\{sign}" if sign in "[]\\*_`" else sign for sign in words)


def _screen(
    request: HttpRequest,
    office: Office,
    found: Publication | None,
    form: TextForm,
    **more: Any,  # noqa: ANN401
) -> HttpResponse:
    news = "in_footer" not in form.fields
    context: dict[str, Any] = {
        "text": found,
        "form": form,
        "news": news,
        "kind": "news" if news else "page",
        "screen_of": "news" if news else "page",
        **more,
    }
    return page(request, office, "pages/editor", **context)
