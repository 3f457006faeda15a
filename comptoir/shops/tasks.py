"""Jobs of the directory."""

from procrastinate.contrib.django import app

from comptoir.shops.operations.requests.registry import ask_about


@app.task(pass_context=False)
def ask_registry(request_id: int) -> None:
    """Ask the company registry about the SIRET of a request to join."""
    ask_about(request_id=request_id)
