"""The newsletters in `samples/`, made up by us, one for each way in which real ones are made."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sharebot.model import Document, Hints, Issue
from sharebot.sources import readers

SAMPLES = Path(__file__).parent / "samples"
INDEX = yaml.safe_load((SAMPLES / "index.yaml").read_text("utf-8"))


def read(sample: dict[str, Any]) -> Issue:
    told, name = sample.get("hints", {}), sample["file"]
    hints = Hints(told.get("split"), tuple(told.get("include", ())), tuple(told.get("exclude", ())))
    (issue,) = readers.read(Document(name, (SAMPLES / name).read_bytes()), hints)
    return issue


def opens(headline: str, wanted: str) -> bool:
    return headline == wanted or (wanted.endswith("…") and headline.startswith(wanted[:-1]))


@pytest.mark.parametrize("sample", INDEX, ids=[sample["file"] for sample in INDEX])
def test_a_newsletter_is_read_as_a_careful_reader_would(sample):
    articles = read(sample).articles
    headlines = [article.headline for article in articles]
    assert len(headlines) == sample["articles"], headlines
    assert opens(headlines[0], sample["first"]), headlines
    assert opens(headlines[-1], sample["last"]), headlines
    assert sample.get("urls") in (None, [article.url for article in articles])
    assert sample.get("authors") in (None, [article.author for article in articles])
    said = "\n".join(f"{article.headline}\n{article.text}" for article in articles)
    assert not [words for words in sample.get("absent", []) if words in said], said


def test_each_sample_is_in_the_index_once():
    files = [path.name for path in SAMPLES.iterdir() if path.suffix != ".yaml"]
    assert sorted(sample["file"] for sample in INDEX) == sorted(files)
