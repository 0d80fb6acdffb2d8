import pytest

from interlock.charts.viewer import BUILT


@pytest.fixture(autouse=True)
def viewer():
    """Charts are drawn by the viewer, which an installation without network lacks."""
    if not BUILT.is_file():
        pytest.skip("installed without its viewer")
