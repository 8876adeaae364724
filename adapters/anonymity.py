"""Where keys of pulses are kept, as the settings say."""

from typing import Protocol

from adapters.keys import DirectoryKeys
from adapters.settings import Settings
from bot.pulse.ports import KeyStore
from storage.pulse_keys import DatabaseKeys


class Keys(KeyStore, Protocol):
    """A key store of ours: prepared before it is used, closed after."""

    async def prepare(self) -> None:
        """Make what keys are kept in. Raises UserFacing."""
        ...

    async def count(self) -> int:
        """How many keys there are. Raises KeysUnavailable."""
        ...

    async def close(self) -> None: ...


def open_keys(settings: Settings) -> Keys:
    """The key store that the settings name."""
    directory = settings.pulse_keys_directory
    return DirectoryKeys(directory) if directory else DatabaseKeys(settings.missionbot_pulse_keys)
