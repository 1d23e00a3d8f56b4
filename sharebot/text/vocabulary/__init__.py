"""The words of each language. The crafts that use them are in `languages`."""

from sharebot.text.vocabulary.arabic import ARABIC
from sharebot.text.vocabulary.chinese import CHINESE
from sharebot.text.vocabulary.english import ENGLISH
from sharebot.text.vocabulary.french import FRENCH
from sharebot.text.vocabulary.german import GERMAN
from sharebot.text.vocabulary.hindi import HINDI
from sharebot.text.vocabulary.italian import ITALIAN
from sharebot.text.vocabulary.japanese import JAPANESE
from sharebot.text.vocabulary.language import Language
from sharebot.text.vocabulary.neighbours import NEIGHBOURS
from sharebot.text.vocabulary.portuguese import PORTUGUESE
from sharebot.text.vocabulary.spanish import SPANISH

__all__ = ["LANGUAGES", "NEIGHBOURS", "Language"]

LANGUAGES = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    ITALIAN,
    CHINESE,
    JAPANESE,
    ARABIC,
    HINDI,
)
