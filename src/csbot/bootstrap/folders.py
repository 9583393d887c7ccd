"""Where a process keeps its files and finds its content."""

from __future__ import annotations

from pathlib import Path

import csbot
from csbot.config import Settings


def state_folder(settings: Settings) -> Path:
    """Where what is not in the database lies: the spool and the link secret. Beside a SQLite file, else var/."""
    url = settings.store.url.get_secret_value()
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("var")


def rasa_folder(settings: Settings) -> Path:
    """Where Rasa's models are, and who serves them."""
    return state_folder(settings) / "rasa"


def content_folder(settings: Settings) -> Path:
    """The folder that holds intents/ and faq/: as set, else the working folder's, else the sample brand's."""
    if settings.content.path is not None:
        return settings.content.path
    here = Path.cwd()
    if (here / "intents").is_dir():
        return here
    return sample_folder()


def sample_folder() -> Path:
    """The content of the sample brand, which holds every word csbot says by itself."""
    package = Path(csbot.__file__).parent
    sample = package / "sample"
    return sample if sample.is_dir() else package.parents[1]
