"""The workflow's rules as Snakemake plans them quickly."""

import gc
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from snakemake.common import overwrite_function_params

# After how many new objects, and how many times of that, Python looks for unused ones. A plan is
# made of a million that all stay; Python's own numbers (700, 10, 10) have it look through them
# again and again.
COLLECT = (100_000, 50, 100)


def plan_quickly(rules: Iterable[Any], is_local: bool) -> None:
    """Spare Snakemake what it would work out anew for each job.

    Where jobs are run locally groups are of no use: Snakemake checks at length whether they are
    sound, and then starts each job by itself.

    Args:
        rules: Snakemake's rules, all of them.
        is_local: whether no job is submitted to a cluster.
    """
    gc.set_threshold(*COLLECT)
    for rule in rules:
        if is_local:
            rule.group = None
        _remember_parameters(rule)


def _functions(rule: Any) -> Iterator[Callable[..., Any] | None]:
    """All that may be a function of a rule: of its inputs, parameters and resources."""
    for item in (*rule.input, *rule.params):
        held = getattr(item, "_file", item)  # a file that a function names, in Snakemake's wrapping
        yield getattr(held, "callable", held)
    for resource in rule.resources.values():
        yield resource.evaluate
        yield getattr(resource, "_evaluator", None)


def _remember_parameters(rule: Any) -> None:
    """Write down which parameters each function of a rule has.

    Snakemake asks for them at each call, some thirty times a job, and Python works them out anew.
    """
    for function in filter(callable, _functions(rule)):
        parameters: Any = inspect.signature(function).parameters
        overwrite_function_params(getattr(function, "__func__", function), parameters)
