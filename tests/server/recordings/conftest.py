"""A meeting that can be recorded."""

import pytest

from tests.conftest import Cast, Office
from tests.server.recordings.recorded import Meeting


@pytest.fixture
async def meeting(office: Office, cast: Cast) -> Meeting:
    return Meeting(office, cast)
