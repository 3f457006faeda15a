"""What is past its date goes by one job; those that go on beside it are named here, with why."""

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from procrastinate.contrib.django import app

from comptoir.core.retention.shape import Term, declarations

APART = {
    "comptoir.archives.tasks.erase_bundles": "a day is its limit: it does not wait for the night",
    "comptoir.stock.tasks.erase_trials": "a day is its limit: it does not wait for the night",
    "comptoir.core.tasks.forget_limits": "a count is forgotten minutes after its window",
}
"""Of what these erase, the nightly job erases the rest, and counts what is left."""


def called(function: Callable[..., Any]) -> Iterator[object]:
    """Yield the functions that the code of a function names, as `name` or `module.name`."""
    code, names = function.__code__, function.__globals__
    for name in code.co_names:
        found = names.get(name)
        yield found
        yield from (getattr(found, each, None) for each in code.co_names if found is not None)


def erasers() -> set[object]:
    """Return the verbs that the table's erasers call, and these themselves."""
    found: set[object] = set()
    for _label, declaration in declarations():
        for each in (*declaration.kept, *declaration.elsewhere):
            if isinstance(each.until, Term) and isinstance(each.until.erase, FunctionType):
                found |= {each.until.erase}
                inside = called(each.until.erase)
                found |= {one for one in inside if isinstance(one, FunctionType)}
    return found


def jobs_that_erase(verbs: set[object]) -> set[str]:
    jobs = {each.task for each in app.periodic_registry.periodic_tasks.values()}
    return {job.name for job in jobs if verbs & {*filter(callable, called(job.func))}}


def test_one_job_erases_and_those_beside_it_are_named():
    assert "comptoir.core.tasks.erase" in app.tasks
    assert jobs_that_erase(erasers()) == set(APART)
