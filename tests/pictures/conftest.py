"""Pictures of every kind, made on the spot."""

from io import BytesIO

import pytest
from PIL import Image


def _file(kind="PNG", size=(640, 360), mode="RGB", colour="navy", **options):
    into = BytesIO()
    Image.new(mode, size, colour).save(into, kind, **options)
    return into.getvalue()


def _opened(made):
    image = Image.open(BytesIO(made.data))
    image.load()
    return image


@pytest.fixture
def file():
    return _file


@pytest.fixture
def opened():
    return _opened
