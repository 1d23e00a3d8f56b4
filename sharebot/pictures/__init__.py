"""Pictures that go with posts: fetched from strangers and made fit, or drawn from a quotation.

Pillow is loaded by the first picture that is made, not before: most hours of a daemon have none.
"""

from sharebot.pictures.fit import fetched, fitted
from sharebot.pictures.image import Image, NoPicture
from sharebot.pictures.quote import drawn

__all__ = ["Image", "NoPicture", "drawn", "fetched", "fitted"]
