"""The words of each language. The crafts that use them are in `languages`."""

from sharebot.text.vocabulary.chinese import CHINESE
from sharebot.text.vocabulary.english import ENGLISH
from sharebot.text.vocabulary.french import FRENCH
from sharebot.text.vocabulary.german import GERMAN
from sharebot.text.vocabulary.japanese import JAPANESE
from sharebot.text.vocabulary.language import Language
from sharebot.text.vocabulary.spanish import SPANISH

__all__ = ["LANGUAGES", "Language"]

LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, CHINESE, JAPANESE)
