"""Packs that are installed, and the way from an id to a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from ..documents.document import Document, problem_at
from ..documents.schema import check_schema
from ..documents.yaml_source import read_document
from ..problems import Problem, Problems
from ..suggest import Meant, meant, nearest
from ..version import VERSION
from .model import Text
from .pack_contents import is_a, lies_in, outside, outside_sample
from .pack_folders import PACK_FILE, lost, pack_folders, pack_of
from .reading import text
from .versions import FORM, meets


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of rulesets and overlays, named by their ids, with cases and the dataset of a sample."""

    id: str
    version: str
    title: Text
    description: Text
    folder: FilePath
    rulesets: tuple[str, ...]
    overlays: tuple[str, ...]
    sample: FilePath | None


def packs() -> tuple[Pack, ...]:
    """All packs that are installed, by id."""
    found = (read_pack(folder) for folder in pack_folders())
    return tuple(sorted((pack for pack in found if pack is not None), key=lambda pack: pack.id))


def packs_apart() -> list[Problem]:
    """Warnings about packs that cannot be used, and ids that stand in several."""
    problems = []
    held: dict[tuple[str, str], list[FilePath]] = {}
    for folder in pack_folders():
        pack = read_pack(folder)
        if pack is None:
            message = f"the pack in {folder} cannot be used"
            problems.append(Problem("RC604", message, severity="warning", hint=f"rulecard validate {folder}"))
            continue
        held.setdefault(("packs", pack.id), []).append(folder)
        for kind, ids in (("rulesets", pack.rulesets), ("overlays", pack.overlays)):
            for id in ids:
                held.setdefault((kind, id), []).append(folder)
    clashes = [_clash(kind, id, folders) for (kind, id), folders in held.items() if len(folders) > 1]
    problems += [replace(clash, severity="warning") for clash in clashes]
    return problems + lost()


def read_pack(folder: FilePath) -> Pack | None:
    """The pack in a folder; None where its pack.yaml is not a right one, which `validate` explains."""
    if not lies_in(folder / PACK_FILE, folder):
        return None
    document, problems = read_document(folder / PACK_FILE)
    if document is None or problems or document.kind != "pack" or check_schema(document):
        return None
    data = document.data
    sample = data.get("sample")
    return Pack(
        id=document.id,
        version=str(data["version"]),
        title=text(data.get("title")),
        description=text(data.get("description")),
        folder=folder,
        rulesets=tuple(_id(name) for name in data["rulesets"]),
        overlays=tuple(_id(name) for name in data.get("overlays") or ()),
        sample=folder / sample if sample else None,
    )


def find_ruleset(reference: str | FilePath, near: FilePath | None = None) -> FilePath | Problem:
    """The file of a ruleset's id or path. With `near`, a file beside that one, or above it in its pack, comes first.

    Behind an id may stand the versions of its pack that will do: `shop-health@^1`.
    """
    word, wanted = _id_and_version(reference)
    if _is_id(word):
        beside = (folder / f"{word}.yaml" for folder in (_upwards(near) if near else ()))
        own = next((file for file in beside if is_a("ruleset", file)), None)
        others = (folder / f"{word}.yaml" for folder in pack_folders())
        found = [own] if own else [file for file in others if is_a("ruleset", file)]
        if len(found) > 1:
            return _clash("rulesets", word, found)
        if found:
            return _fitting(found[0], wanted)
    file = FilePath(word) if near is None else near.parent / word
    if file.exists():
        pack = pack_of(near) if near else None
        return (outside(file, pack) if pack else None) or _fitting(file, wanted)
    if not _is_id(word):
        folder = FilePath.cwd() if near is None else near.parent
        near_by = near_file(word, folder)
        hint = near_by.words if near_by else f"looked in {folder}"
        return Problem("RC600", f"there is no file {word}", hint=hint)
    if promised := _promised(word, "rulesets"):
        return promised
    known = [name for pack in packs() for name in pack.rulesets]
    beside_it = [file.stem for folder in (_upwards(near) if near else ()) for file in sorted(folder.glob("*.yaml"))]
    guess = nearest(word, [*known, *(name for name in beside_it if f"{name}.yaml" != PACK_FILE)])
    hint = f"did you mean `{guess}`?" if guess else f"installed: {', '.join(known) or 'none'}"
    return Problem("RC600", f"there is no ruleset `{word}` in a pack, and no file of that name", hint=hint + _gone())


def _id_and_version(reference: str | FilePath) -> tuple[str, str]:
    word = str(reference)
    id, _, wanted = word.partition("@") if _is_id(word) else (word, "", "")
    return id, wanted


def _clash(kind: str, id: str, files: list[FilePath]) -> Problem:
    named = ", ".join(map(str, files))
    return Problem(
        "RC605", f"`{id}` is the id of {len(files)} {kind}: {named}", hint="write the path of the one you mean"
    )


def _promised(id: str, kind: str) -> Problem | None:
    """What is wrong with a pack that names an id and has no such file."""
    pack = next((pack for pack in packs() if id in (pack.rulesets if kind == "rulesets" else pack.overlays)), None)
    if pack is None:
        return None
    message = f"the pack `{pack.id}` names `{id}` among its {kind}, and has no such file"
    return Problem("RC604", message, hint=f"rulecard validate {pack.folder}")


def _gone() -> str:
    """Folders of packs that were named and are not there, or hold no pack."""
    return "".join(f"\n{problem.message}" for problem in lost())


def _fitting(file: FilePath, wanted: str) -> FilePath | Problem:
    """The file, unless it is not its pack's own, or the pack is for another Rulecard or of a version not wanted."""
    folder = pack_of(file)
    if folder and (problem := outside(file, folder)):
        return problem
    if folder is None and not wanted:
        return file
    pack, _ = read_document(folder / PACK_FILE if folder else file)
    if pack is None:
        return file
    if folder is not None and (problem := unfit(pack)):
        return replace(problem, location=None, path=(), source=None)
    version = str(pack.data.get("version"))
    if not wanted or meets(version, wanted):
        return file
    named = f"the pack `{pack.id}`" if folder else f"`{pack.id}`"
    if meets(version, wanted) is None:
        return Problem("RC606", f"`@{wanted}` is no version that can be compared", hint=FORM)
    return Problem(
        "RC606", f"{named} is of version {version}, and `@{wanted}` is wanted", hint="install another version"
    )


def unfit(pack: Document) -> Problem | None:
    """What a pack requires and this is not."""
    needs = str(pack.data.get("requires") or "rulecard").removeprefix("rulecard").strip()
    answer = meets(VERSION, needs) if needs else True
    if answer:
        return None
    if answer is None:
        return problem_at(
            pack, "RC606", f"`requires: {pack.data['requires']}` cannot be compared", ("requires",), hint=FORM
        )
    message = f"the pack `{pack.id}` needs rulecard {needs}, and this is {VERSION}"
    return problem_at(pack, "RC606", message, ("requires",), hint="install that version, or another of the pack")


def may_lead_to(reference: str, near: FilePath) -> Iterator[FilePath]:
    """Every file to which an id or path in a document could lead, whether it is there now or not."""
    if _is_id(reference):
        word = reference.partition("@")[0]
        for folder in (*_upwards(near), *pack_folders()):
            yield from (folder / f"{word}.yaml", folder / "overlays" / f"{word}.yaml")
    yield near.parent / reference


def near_file(name: str, folder: FilePath) -> Meant | None:
    """The name of a file that is there, which a path that leads nowhere is near to; only its last part may differ."""
    path = FilePath(name)
    there = folder / path.parent
    found = meant(path.stem, sorted(file.stem for file in there.glob(f"*{path.suffix}"))) if there.is_dir() else None
    if found is None:
        return None
    file = f"{name[: len(name) - len(path.name)]}{found.word}{path.suffix}"
    return Meant(file, name, f"did you mean `{file}`?", found.certain)


def find_overlay(reference: str | FilePath, near: FilePath | None = None) -> FilePath | Problem:
    """The file of an overlay's id (in a pack) or path. With `near`, those of that file's own pack come first."""
    word, wanted = _id_and_version(reference)
    if _is_id(word):
        places = [(folder, folder / "overlays") for folder in (_upwards(near) if near else ())]
        beside = (file for both in places for folder in both if is_a("overlay", file := folder / f"{word}.yaml"))
        own = next(beside, None)
        others = (folder / "overlays" / f"{word}.yaml" for folder in pack_folders())
        found = [own] if own else [file for file in others if is_a("overlay", file)]
        if len(found) > 1:
            return _clash("overlays", word, found)
        if found:
            return _fitting(found[0], wanted)
    if near is None and FilePath(word).exists():
        return _fitting(FilePath(word), wanted)
    if promised := _promised(word, "overlays"):
        return promised
    known = [name for pack in packs() for name in pack.overlays]
    guess = nearest(word, known)
    hint = f"did you mean `{guess}`?" if guess else f"installed: {', '.join(known) or 'none'}"
    return Problem("RC600", f"there is no overlay `{word}` in a pack, and no file of that name", hint=hint + _gone())


def find_base(reference: str | FilePath, near: FilePath | None = None) -> FilePath | Problem:
    """The file of a ruleset's id or path, or of an overlay's: what is built on, compared or tested."""
    found = find_ruleset(reference, near)
    if isinstance(found, Problem) and found.code == "RC600":
        other = find_overlay(reference, near)
        if isinstance(other, FilePath) or other.code != "RC600":
            return other
    return found


def sample_dataset(pack: Pack) -> FilePath:
    """The dataset document of a pack's sample. Raises Problems."""
    if pack.sample is None:
        raise Problems([Problem("RC604", f"the pack `{pack.id}` has no sample")])
    beyond = outside(pack.sample, pack.folder)
    wrong = [beyond] if beyond else outside_sample(pack.sample, pack.folder)
    if wrong:
        raise Problems(wrong)
    return pack.sample


def _id(file: str) -> str:
    return FilePath(file).name.removesuffix(".yaml")


def _upwards(file: FilePath) -> Iterator[FilePath]:
    """The file's folder, and those above it as far as the pack's own."""
    folder = file.resolve().parent
    yield folder
    for parent in folder.parents:
        if (folder / PACK_FILE).is_file():
            return
        folder = parent
        if (folder / PACK_FILE).is_file():
            yield folder
            return


def _is_id(word: str) -> bool:
    return not word.endswith((".yaml", ".yml")) and "/" not in word and "\\" not in word
