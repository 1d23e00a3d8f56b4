"""Posts as their networks draw them, for every page that shows some: cut into live pieces, with card and pictures."""

from sharebot.drawing.page import css, digest, template
from sharebot.drawing.post import Card, Drawn, Picture, fetched_card, hue

__all__ = ["Card", "Drawn", "Picture", "css", "digest", "fetched_card", "hue", "template"]
