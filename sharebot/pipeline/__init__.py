"""read → choose → compose → schedule → enqueue: what an issue becomes.

`age` says which issues are new, `items` what is posted and how it reads, `slots` when; `story` holds it against the
queue and writes it down.
"""

from sharebot.pipeline.items import choose, posts_for, unkind
from sharebot.pipeline.story import Entry, Pipeline, Plan

__all__ = ["Entry", "Pipeline", "Plan", "choose", "posts_for", "unkind"]
