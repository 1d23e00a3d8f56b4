"""read → choose → compose → schedule → enqueue: what an issue becomes.

`age` says which issues are new, `items` what is posted and how it reads, `slots` when, `rows` what becomes of the row
that is there for it; `story` goes through it all and writes it down.
"""

from sharebot.pipeline.entries import Entry
from sharebot.pipeline.items import choose, occasion_of, posts_for, rank_of, unkind, untrue
from sharebot.pipeline.story import Pipeline, Plan

__all__ = ["Entry", "Pipeline", "Plan", "choose", "occasion_of", "posts_for", "rank_of", "unkind", "untrue"]
