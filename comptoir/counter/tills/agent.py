"""The agent on the till's PC: its download, and the line that a manager pastes there."""

from pathlib import Path

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core.errors import Conflict, Invalid
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, page
from comptoir.counter.tills.programs import System, file_of, line_for, program_for
from comptoir.shops.operations import issue_token


class AgentForm(PlainForm):
    """The PC that the till runs on, and where it exports to."""

    system = forms.ChoiceField(label=gettext_lazy("The till's PC runs"), choices=System.choices)
    folder = forms.CharField(
        label=gettext_lazy("Folder where the till exports"),
        help_text=gettext_lazy("As that PC calls it. Left empty, the PC asks for it."),
        max_length=300,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=gettext_lazy("Name of this PC"),
        help_text=gettext_lazy("Its token is listed under that name."),
        max_length=80,
        initial=gettext_lazy("Till's PC"),
    )


@require_http_methods(["GET", "POST"])
@at_the_desk
def agent(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how the agent is set up; for a manager who asks, make a token and the line to paste.

    The token stands in that answer alone, and cannot be read again.
    """
    form = AgentForm(request.POST or None, initial={"system": _guess(request)})
    if request.method == "POST" and form.is_valid():
        program = program_for(System(form.cleaned_data["system"]))
        if program is None:
            form.add_error("system", gettext_lazy("This installation hands no agent out yet."))
        else:
            folder, label = form.cleaned_data["folder"].strip(), form.cleaned_data["label"]
            try:
                token = issue_token(shop=desk.shop, label=label, actor=desk.actor)
            except (Conflict, Invalid) as refusal:
                form.add_error("label", str(refusal))
            else:
                line = line_for(program, shop=desk.shop.slug, token=token, folder=folder)
                return page(request, desk, "agent_line", program=program, line=line, label=label)
    return page(request, desk, "agent", form=form)


@require_safe
def agent_file(request: HttpRequest, name: str) -> FileResponse:  # noqa: ARG001
    """Hand one of the agent's files out, to anybody: there is no secret in it."""
    path: Path | None = file_of(name)
    if path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    answer["Content-Type"] = "application/octet-stream"
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _guess(request: HttpRequest) -> System:
    """Return the system of the browser, which is often that of the till's PC."""
    told = request.headers.get("User-Agent", "")
    if "Macintosh" in told:
        return System.MACOS
    return System.LINUX if "X11" in told else System.WINDOWS
