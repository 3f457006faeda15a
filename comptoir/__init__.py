"""Comptoir: one counter for the independent bookshops and record shops of a region."""


def __getattr__(name: str) -> str:
    """Return `__version__`, which is looked for only when somebody asks."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from comptoir.version import running

    return running()
