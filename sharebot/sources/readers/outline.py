"""The tree of an issue's sections: each heading with what stands directly below it and the headings further in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sharebot.sources.readers.blocks import Block


@dataclass(slots=True)
class Section:
    """A heading, the blocks below it up to the next heading, and the sections within. The root has no heading."""

    heading: Block | None = None
    body: list[Block] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The heading's words; empty for the root."""
        return self.heading.text if self.heading else ""

    @property
    def level(self) -> int:
        """The heading's level, 0 for the root."""
        return self.heading.level if self.heading else 0

    def walk(self) -> Iterator["Section"]:
        """Yield this section and all within it, from top to bottom."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator["Section"]:
        """Yield the sections that hold no other."""
        return (section for section in self.walk() if not section.children)

    def blocks(self, *, headings: bool = True) -> Iterator[Block]:
        """Yield all blocks below the heading, those of the sections within included."""
        for section in self.walk():
            if headings and section is not self and section.heading:
                yield section.heading
            yield from section.body


def outline(blocks: Sequence[Block], *, deepest: int = 6) -> Section:
    """Make the tree. Headings below the level `deepest` are text like any other."""
    root = Section()
    path = [root]
    for block in blocks:
        if not 0 < block.level <= deepest:
            path[-1].body.append(block)
            continue
        while path[-1].level >= block.level:
            path.pop()
        section = Section(block)
        path[-1].children.append(section)
        path.append(section)
    return root


def length(blocks: Sequence[Block]) -> int:
    """Count the letters of blocks, which is how much they say."""
    return sum(len(block.text) for block in blocks)
