"""Training and serving, by real processes that imitate Rasa: switched, killed, never outliving csbot."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from csbot.content.rasa import write_project
from csbot.domain.content import Catalogue
from csbot.nlu.rasa import RasaNlu, serving
from csbot.nlu.rasa.client import Sidecar
from csbot.nlu.rasa.process import Rasa, RasaError
from csbot.nlu.rasa.records import LOG, MODELS, Model, Serving, phrasings, read_serving, read_trained, write_trained
from csbot.nlu.rasa.training import train
from csbot.nlu.rasa.validation import FLOOR, Trial, hold_out, judge
from tests.chain.running import until
from tests.rasa_process import children, python_of
from tests.unit.nlu.small_brand import DELIVERY, RETURNS, catalogue


def write(content: Catalogue, outside: Sequence[str]) -> Mapping[str, str]:
    return write_project(content, outside=outside)


async def taught(rasa: Rasa, content: Catalogue, threshold: float | None = 0.5) -> Model:
    model, _ = await train(rasa, content, write=write, refused=0.05, threshold=threshold, tell=lambda what, share: None)
    return model


@pytest.fixture
def rasa(tmp_path: Path) -> Rasa:
    return Rasa(python=python_of(tmp_path), folder=tmp_path / "rasa")


@asynccontextmanager
async def served(rasa: Rasa, said: list[str]) -> AsyncIterator[None]:
    """`csbot rasa serve` at work, ended as Ctrl-C does."""
    work = asyncio.create_task(serving.serve(rasa, tell=said.append, pause_s=0.05))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def current(rasa: Rasa, *, other_than: Serving | None = None) -> Serving:
    """What is to be asked, once it is another than before."""
    await until(lambda: read_serving(rasa.folder) not in {None, other_than}, "a sidecar that serves")
    found = read_serving(rasa.folder)
    assert found is not None
    return found


def servers() -> list[int]:
    """The imitated Rasas this process has started."""
    return [pid for pid in children(os.getpid()) if "rasa_process" in arguments_of(pid)]


def is_over(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def log_of(rasa: Rasa) -> tuple[int, str]:
    """Who may read Rasa's log, and what is in it."""
    path = rasa.folder / LOG
    return stat.S_IMODE(path.stat().st_mode), path.read_text(encoding="utf-8")


def arguments_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")


async def test_a_model_is_trained_and_its_threshold_found_by_what_it_has_not_seen(rasa: Rasa) -> None:
    told: list[tuple[str, float]] = []
    model, verdict = await train(
        rasa,
        catalogue(),
        write=write,
        refused=0.05,
        threshold=None,
        tell=lambda what, share: told.append((what, share)),
    )

    assert verdict is not None
    assert model == Model(file=model.file, phrasings=phrasings(catalogue()), threshold=verdict.threshold)
    assert read_trained(rasa.folder) == model
    assert FLOOR <= model.threshold < 1
    assert verdict.outside_answered <= 0.05
    stages = list(dict.fromkeys(what for what, _ in told))
    assert stages == [
        "training the trial model",
        "starting the trial model",
        "trying it with what it has not seen",
        "training the model",
    ]
    for stage in stages[::2]:
        assert [share for what, share in told if what == stage][-1] == 1
    assert [path.name for path in (rasa.folder / MODELS).iterdir()] == [Path(model.file).name]
    assert servers() == []


async def test_what_serves_is_asked_by_the_engine(rasa: Rasa) -> None:
    said: list[str] = []
    model = await taught(rasa, catalogue())
    async with served(rasa, said), Sidecar(rasa.folder) as sidecar:
        assert (await current(rasa)).model == model
        heard = await RasaNlu(catalogue(), sidecar).understand("Kargo kaç günde gelir?")
    assert heard.confident
    assert heard.ranking[0].name == "faq/delivery-time"
    assert said == [f"Rasa answers by {model.file}, sure from 0.50 on"]
    assert read_serving(rasa.folder) is None
    assert servers() == []


async def test_a_new_model_is_started_beside_the_old_and_then_asked(rasa: Rasa) -> None:
    await taught(rasa, catalogue())
    async with served(rasa, []):
        old = await current(rasa)
        [old_pid] = servers()
        new_model = await taught(rasa, catalogue(DELIVERY, RETURNS))
        new = await current(rasa, other_than=old)
        assert old_pid in servers(), "it still answers what it was asked"
        await until(lambda: is_over(old_pid), "the old one to end")
        assert (new.model, len(servers())) == (new_model, 1)
        assert new.token != old.token


async def test_a_sidecar_that_dies_is_started_again(rasa: Rasa) -> None:
    said: list[str] = []
    await taught(rasa, catalogue())
    async with served(rasa, said):
        first = await current(rasa)
        [pid] = servers()
        os.kill(pid, signal.SIGKILL)
        second = await current(rasa, other_than=first)
        assert second.model == first.model
    assert "Rasa ended with code -9; it is started again" in said


async def test_two_that_serve_are_one_too_many(rasa: Rasa) -> None:
    await taught(rasa, catalogue())
    async with served(rasa, []):
        first = await current(rasa)
        with pytest.raises(RasaError, match="already at work"):
            await serving.serve(rasa, tell=lambda line: None)
        assert read_serving(rasa.folder) == first


async def test_a_new_model_that_cannot_be_loaded_leaves_the_old_one_answering(rasa: Rasa, tmp_path: Path) -> None:
    said: list[str] = []
    model = await taught(rasa, catalogue())
    async with served(rasa, said):
        first = await current(rasa)
        write_trained(rasa.folder, replace(model, file=str(tmp_path / "missing.tar.gz")))
        await until(lambda: len(said) >= 3, "two tries")
        assert "FileNotFoundError" in said[1]
        assert "the next try is in" in said[1]
        async with aiohttp.ClientSession() as session, session.get(f"{first.url}/status?token={first.token}") as answer:
            assert answer.status == 200
        assert read_serving(rasa.folder) == first


async def test_a_server_of_another_model_than_asked_for_is_ended(tmp_path: Path) -> None:
    rasa = Rasa(python=python_of(tmp_path, model="some-other.tar.gz"), folder=tmp_path / "rasa")
    model = await taught(rasa, catalogue())
    async with aiohttp.ClientSession() as session:
        with pytest.raises(RasaError, match="another model"):
            await rasa.serve(model, session)
    assert servers() == []


async def test_a_server_that_is_never_ready_is_ended(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    rasa = Rasa(python=python, folder=tmp_path / "rasa")
    async with aiohttp.ClientSession() as session:
        with pytest.raises(RasaError, match=r"not ready within 0\.3 s"):
            await rasa.serve(Model(file="/m", phrasings="", threshold=0.5), session, within_s=0.3)


async def test_rasa_ends_when_csbot_is_killed(rasa: Rasa) -> None:
    await taught(rasa, catalogue())
    code = f"""
import asyncio
from pathlib import Path
from csbot.nlu.rasa import serving
from csbot.nlu.rasa.process import Rasa
asyncio.run(serving.serve(Rasa(python=Path({str(rasa.python)!r}), folder=Path({str(rasa.folder)!r})), tell=print))
"""
    csbot = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.DEVNULL)
    await current(rasa)
    [pid] = children(csbot.pid)
    assert not is_over(pid)
    csbot.kill()
    await csbot.wait()
    await until(lambda: is_over(pid), "Rasa to end")
    assert is_over(pid)


async def test_the_token_is_in_no_argument_and_no_log(rasa: Rasa) -> None:
    await taught(rasa, catalogue())
    async with served(rasa, []):
        token = (await current(rasa)).token
        [pid] = servers()
        assert token not in arguments_of(pid)
    mode, log = log_of(rasa)
    assert mode == 0o600
    assert token not in log


async def test_the_latest_models_are_kept(rasa: Rasa) -> None:
    files = [Path((await taught(rasa, catalogue())).file).name for _ in range(5)]

    assert {path.name for path in (rasa.folder / MODELS).iterdir()} == set(files[-3:])


async def test_a_training_that_fails_leaves_the_model_that_is_wanted(rasa: Rasa) -> None:
    model = await taught(rasa, catalogue())
    with pytest.raises(RasaError, match="did not train"):
        await train(
            rasa, catalogue(), write=lambda *_: {"config.yml": "{}"}, refused=0.05, threshold=0.5, tell=lambda *_: None
        )
    assert read_trained(rasa.folder) == model
    assert not list(rasa.folder.glob("project-*"))


def test_every_fifth_phrasing_is_held_out_of_meanings_that_have_enough() -> None:
    eight = replace(DELIVERY, questions={"tr": tuple("abcdefgh"), "en": ("x", "y")})
    fewer, held = hold_out(catalogue(eight))

    assert held == [("e", "faq/delivery-time")]
    assert fewer.entries["delivery-time"].questions == {"tr": tuple("abcdfgh"), "en": ("x", "y")}


def test_the_threshold_keeps_out_what_is_wrong_and_keeps_most_of_what_is_right() -> None:
    right = [Trial(text="", wanted="a", said="a", score=0.6 + number / 250) for number in range(100)]
    wrong = [Trial(text="", wanted="a", said="b", score=0.5 + number / 100) for number in range(20)]
    foreign = [Trial(text="", wanted="", said="b", score=0.3) for _ in range(20)]

    calm = judge([*right, *foreign], refused=0.1)
    assert calm.threshold == pytest.approx(0.64)
    assert calm.answered_right == pytest.approx(0.9)
    strict = judge([*right, *wrong, *foreign], refused=0.1)
    assert strict.threshold > calm.threshold
    assert strict.outside_answered == 0
    assert judge([], refused=0.05).threshold == FLOOR
