"""A stranger's settings, which may be of any shape, are explained as well as ours."""

from pydantic import BaseModel, Field, ValidationError

from sharebot.config import yaml12
from sharebot.config.document import Document, Page
from sharebot.config.explain import explain
from sharebot.settings import Settings


class Proxy(Settings):
    host: str
    port: int = 80


class Town(Settings):
    proxy: Proxy | None = None
    proxies: tuple[Proxy, ...] = ()
    named: dict[str, Proxy] = Field(default_factory=dict)
    either: int | tuple[str, ...] = 0
    ratio: float = 1.0


class Loose(BaseModel):
    extra: dict[str, int]


def told(text, kind=Town):
    document = Document([Page("town.yaml", text)])
    try:
        kind.model_validate(yaml12.build(document), strict=True)
    except ValidationError as error:
        explain(document, error, kind)
    return [str(problem).partition("\n")[0] for problem in document.problems]


def test_a_nested_key_gets_the_nearest_word_of_its_own_model():
    assert told("proxy: {hots: a, prot: 3}\n") == [
        "town.yaml:1:9: proxy.hots: unknown key (did you mean 'host'?)",
        "town.yaml:1:18: proxy.prot: unknown key (did you mean 'port'?)",
    ]


def test_a_key_in_a_mapping_of_models_is_told_too():
    assert told("named: {proxies: {host: a, prot: 3}}\n") == [
        "town.yaml:1:28: named.proxies.prot: unknown key (did you mean 'port'?)"
    ]


def test_the_members_of_a_union_do_not_show():
    assert told("either: [1]\n")[0].startswith("town.yaml:1:9: either: should be ")


def test_a_number_is_asked_for_in_words():
    assert told("ratio: a\n") == ["town.yaml:1:8: ratio: should be a number"]


def test_a_mapping_of_numbers_is_told_at_the_value():
    assert told("extra: {a: b}\n", Loose) == ["town.yaml:1:12: extra.a: should be a whole number"]
