"""Parameters of known language models, as their developers print them; names of models whose size nobody published."""

from __future__ import annotations

from .devices import fold
from .hardware_more import FOLDER
from .model import BuildError, Factor, Package, Table, joined, number, plain
from .reference import Reference, Row, own_csv

PACKAGE = "models/open-weights"
MODEL_COLUMNS = ("id", "name", "architecture", "aliases", "source", "evidence", "notes")
#: architectures whose parameters say what one token takes; `hybrid` runs all of its parameters, as a dense model does
SIZED = {"dense": "dense", "hybrid": "dense", "moe": "moe"}
UNPUBLISHED = "not published"
#: begin of a source's text -> its key; other sources are READMEs of the developers
_SOURCES = {
    "meta_llama_cards": "meta_llama_cards", "ecologits": "ecologits_0.11.3", "epoch_models": "epoch_models",
    "ibm_granite_docs": "ibm_granite_docs", "mlenergy": "model_names", "size in the name": "model_names",
}  # fmt: skip
#: sources from which a figure may not be taken: what the name of the model says itself is taken in their place
_NAME_ALONE = "mlenergy"


def packages(reference: Reference) -> list[Package]:
    """`models/open-weights`: the rows that we typed, then those of the reference under their ids."""
    package = Package(PACKAGE)
    rows = {row["id"]: row for row in own_csv("models.csv")}
    for row in reference.table(f"{FOLDER}llm_models.csv"):
        if row["id"] in rows:
            rows[row["id"]] = _with_names(rows[row["id"]], row)
        elif row["published"] == UNPUBLISHED:
            rows[row["id"]] = _unpublished(row)
        elif row["architecture"] not in SIZED:
            package.left_out.append(f"{row['name']}: {row['architecture']}, which makes no tokens")
        else:
            rows[row["id"]] = _published(row)
    listed = list(rows.values())
    _check(listed)
    for row in listed:
        for quantity, column in (("parameters_total", "total"), ("active_parameters", "active")):
            if row[column]:
                package.factors.append(
                    Factor(id=f"{row['source']}-{row['id']}-{quantity.replace('_', '-')}", quantity=quantity,
                           technology=row["id"], name=row["name"], value=plain(number(row[column], row["id"])), unit="1",
                           scope="parameters", source=row["source"], evidence=row["evidence"], notes=row["notes"])
                )  # fmt: skip
    package.tables["models"] = Table(MODEL_COLUMNS, [{c: row[c] for c in MODEL_COLUMNS} for row in listed], ("id",))
    return [package]


def _published(row: Row) -> Row:
    text = row["source"]
    key = next((key for begin, key in _SOURCES.items() if text.startswith(begin)), "model_readmes")
    page = "size in the name of the model" if text.startswith(_NAME_ALONE) else text if key == "model_readmes" else ""
    return {
        "id": _IDS.get(row["id"], row["id"]), "name": row["name"], "architecture": SIZED[row["architecture"]], "total": row["parameters_total"],
        "active": row["active_parameters"], "aliases": _aliases(row), "source": key,
        "evidence": row["evidence"], "notes": joined(page, row["notes"]),
    }  # fmt: skip


def _unpublished(row: Row) -> Row:
    return {
        "id": row["id"], "name": row["name"], "architecture": UNPUBLISHED, "total": "", "active": "", "aliases": _aliases(row),
        "source": "lca_names", "evidence": "C", "notes": "its developer publishes no size; what others assume is no figure of it",
    }  # fmt: skip


def _with_names(held: Row, row: Row) -> Row:
    """Our own row with the names of the other table that say something new."""
    known = {fold(name) for name in (held["id"], held["name"], *held["aliases"].split("|"))}
    new = [name for name in _aliases(row).split("|") if name and fold(name) not in known]
    return held | {"aliases": "|".join(dict.fromkeys([*filter(None, held["aliases"].split("|")), *new]))}


def _aliases(row: Row) -> str:
    """Names without those that mean another model from month to month."""
    names = [name for name in row["aliases"].split("|") if name and not name.endswith("-latest")]
    return "|".join(name for name in names if (row["id"], name) not in _MOVING)


#: names of an API that its provider points at whatever model is newest
_MOVING = {
    ("deepseek-v3", "deepseek-chat"),
    ("deepseek-v3", "deepseek/deepseek-chat"),
    ("deepseek-r1", "deepseek-reasoner"),
}


#: ids that would name more than the source describes: of Mistral Large 2 it knows the version 2407 alone
_IDS = {"mistral-large-2": "mistral-large-2407"}


def _check(rows: list[Row]) -> None:
    owners: dict[str, str] = {}
    for row in rows:
        for name in filter(None, [row["id"], row["name"], *row["aliases"].split("|")]):
            if owners.setdefault(fold(name), row["id"]) != row["id"]:
                raise BuildError(f"models: the name {name!r} leads to both {owners[fold(name)]} and {row['id']}")
        if row["architecture"] not in ("dense", "moe", UNPUBLISHED):
            raise BuildError(f"models: {row['id']} is neither dense nor moe")
