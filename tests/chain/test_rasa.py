"""Rasa before the embedded engine: who answers while it is there, hangs, dies and comes back."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from csbot import metrics
from csbot.content import load
from csbot.nlu.rasa.records import read_serving, write_serving
from tests.chain.customers import newcomer
from tests.chain.running import ROOT, Running, platform, running, until
from tests.rasa_imitation import RasaImitation
from tests.rasa_process import children
from tests.unit.content import brand_folder

ENGINES = ("rasa", "linear")
SMS = {"sms": platform("sms")}
RASA = ROOT / ".venv-rasa/bin/python"
READY_S = 180.0
DEADLINE_S = 0.4
MOMENT_S = 0.3
"""What a turn may take beside the deadline on a busy machine."""

real = [
    pytest.mark.rasa,
    pytest.mark.skipif(not RASA.exists(), reason="the real Rasa is not installed: make rasa, where Python 3.10 is"),
]


def counted(outcome: str) -> float:
    told = {"engine": "rasa", "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("csbot_engine_questions_total", told) or 0.0


def alarm() -> float | None:
    return metrics.REGISTRY.get_sample_value("csbot_alarm", {"what": "engine rasa"})


async def is_answered(csbot: Running) -> None:
    """A new customer asks by SMS and reads the answer."""
    customer = newcomer(csbot, "sms")
    await customer.says("when three")
    assert csbot.answer("delivery-time", "en", kind="sms") in await customer.hears()


async def is_understood_in_time(csbot: Running) -> None:
    """By whichever engine, within Rasa's deadline and a moment."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    heard = await csbot.services.knowledge.now.nlu.understand("when three")
    assert heard.ranking[0].name == "faq/delivery-time"
    assert heard.confident
    assert loop.time() - began < DEADLINE_S + MOMENT_S


async def answers_again(csbot: Running, *, within_s: float) -> None:
    """Customers go on asking until it is Rasa that answers them."""
    sure = counted("sure")

    async def rasa_is_sure() -> bool:
        await is_understood_in_time(csbot)
        await asyncio.sleep(0.2)
        return counted("sure") > sure

    await until(rasa_is_sure, "Rasa to be asked again", within_s=within_s)
    assert alarm() == 0


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    (tmp_path / "brand").mkdir()
    return brand_folder.write(tmp_path / "brand")


async def test_a_conversation_goes_on_whatever_becomes_of_the_sidecar(tmp_path: Path, brand: Path) -> None:
    imitation = RasaImitation(load(brand))
    async with running(tmp_path, SMS, content=brand, engines=ENGINES) as csbot:
        before = counted("away")
        await is_answered(csbot)
        assert counted("away") == before + 1, "nothing serves yet"

        async with imitation.running() as url:
            write_serving(tmp_path / "rasa", imitation.serving(url, threshold=0.5))
            sure = counted("sure")
            await is_answered(csbot)
            assert imitation.asked == ["when three"]
            assert counted("sure") == sure + 1

            imitation.fault = "hang"
            late = counted("late")
            for _ in range(3):
                await is_understood_in_time(csbot)
            assert counted("late") == late + 3
            assert alarm() == 1
            resting = counted("resting")
            await is_answered(csbot)
            assert counted("resting") == resting + 1

            imitation.fault = ""
            await answers_again(csbot, within_s=20)


async def test_published_phrasings_that_rasa_has_not_learnt_are_the_embedded_engines(
    tmp_path: Path, brand: Path
) -> None:
    imitation = RasaImitation(load(brand))
    async with imitation.running() as url, running(tmp_path, SMS, content=brand, engines=ENGINES) as csbot:
        write_serving(tmp_path / "rasa", imitation.serving(url, threshold=0.5))
        await is_answered(csbot)
        version = csbot.services.knowledge.now.catalogue.version
        file = brand / "faq/delivery.yml"
        file.write_text(file.read_text().replace("when one", "when at all"))
        environ = {
            **os.environ,
            "CSBOT_STORE__URL": f"sqlite:///{tmp_path}/csbot.db",
            "CSBOT_CONTENT__PATH": str(brand),
        }
        assert await (await _csbot("content", "publish", environ=environ)).wait() == 0
        await until(lambda: csbot.services.knowledge.now.catalogue.version != version, "the new content")
        await is_answered(csbot)

    assert imitation.asked == ["when three"]


@asynccontextmanager
async def sidecar(folder: Path, brand: Path) -> AsyncIterator[Process]:
    """The real Rasa, trained on the brand and served by csbot's own commands."""
    environ = {**os.environ, "CSBOT_STORE__URL": f"sqlite:///{folder}/csbot.db", "CSBOT_CONTENT__PATH": str(brand)}
    python = ("--python", str(RASA))
    train = await _csbot("rasa", "train", *python, "--threshold", "0.5", "--epochs", "20", "--json", environ=environ)
    out, _ = await train.communicate()
    assert train.returncode == 0
    assert json.loads(out)["threshold"] == 0.5
    serve = await _csbot("rasa", "serve", *python, environ=environ)
    try:
        await until(lambda: read_serving(folder / "rasa") is not None, "Rasa to be ready", within_s=READY_S)
        yield serve
        serve.terminate()
        assert await serve.wait() == 0
    finally:
        if serve.returncode is None:
            serve.kill()
            await serve.wait()


async def _csbot(*args: str, environ: dict[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "csbot", *args, env=environ, stdout=PIPE)


def rasa_of(serve: Process) -> int:
    """The process id of the Rasa that `csbot rasa serve` keeps."""
    [pid] = children(serve.pid)
    return pid


class TestRealRasa:
    """Trained, served, stopped in the middle, killed in the middle, back again: the real one."""

    pytestmark = real

    async def test_from_training_to_a_conversation_and_over_its_death(self, tmp_path: Path, brand: Path) -> None:
        async with sidecar(tmp_path, brand) as serve, running(tmp_path, SMS, content=brand, engines=ENGINES) as csbot:
            sure = counted("sure")
            await is_answered(csbot)
            assert counted("sure") == sure + 1

            pid, late = rasa_of(serve), counted("late")
            os.kill(pid, signal.SIGSTOP)
            for _ in range(3):
                await is_understood_in_time(csbot)
            assert counted("late") == late + 3
            assert alarm() == 1
            await is_answered(csbot)
            os.kill(pid, signal.SIGCONT)
            await answers_again(csbot, within_s=30)

            away = counted("away")
            os.kill(pid, signal.SIGKILL)
            await is_understood_in_time(csbot)
            await is_answered(csbot)
            assert counted("away") == away + 2
            await answers_again(csbot, within_s=READY_S)
            second = rasa_of(serve)
            assert second != pid
        await until(lambda: not Path(f"/proc/{second}").exists(), "Rasa to end with csbot rasa serve")
