"""The parts of the contract suite; adapters import them from `csbot.channel.testing`."""

import pytest

# Before they are imported: a failing assertion then shows its values, as in a test module.
for part in ("receiving", "sending", "living", "fitting", "samples"):
    pytest.register_assert_rewrite(f"{__name__}.{part}")
