"""The brand's content: reads `intents/` and `faq/`, says file and line of what is wrong, builds the catalogue.

`load` does it all for a folder. `read_sources`, `sources_to_json`, `sources_from_json` and `build` are its steps, so
that what was published can be kept in the database and built again without the files. `check` lists errors and
warnings.
"""

from csbot.content.catalogue import build, check, load
from csbot.content.findings import Finding, Findings, Severity
from csbot.content.sources import Sources, read_sources, sources_from_json, sources_to_json

__all__ = [
    "Finding",
    "Findings",
    "Severity",
    "Sources",
    "build",
    "check",
    "load",
    "read_sources",
    "sources_from_json",
    "sources_to_json",
]
