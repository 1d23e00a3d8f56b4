"""Chinese."""

from sharebot.text.vocabulary.language import Language, phrases, words

CHINESE = Language(
    code="zh",
    spaced=False,
    words=words("""的 了 在 是 和 与 也 就 都 而 及 着 或 一个 没有 我们 你们 他们 这个 那个 因为 所以"""),
    openers=phrases(
        """但, 然而, 不过, 可是, 此外, 另外, 同时, 与此同时, 因此, 所以, 于是, 而, 并且, 其, 他, 她, 它, 这, 那
        该, 此, 对此, 随后, 之后, 后来, 接着, 例如, 比如, 也, 还, 第二，, 最后, 尽管如此, 相反, 总之, 报告
        双方, 两者, 上述, 发言人"""
    ),
    pronouns=phrases("他, 她, 他们, 她们, 它"),
    goes_on=phrases("还表示, 还说, 也表示, 补充, 进一步, 还指出, 并称, 又说"),
    says=phrases(
        """表示, 指出, 强调, 认为, 称，, 称：, 称“, 说，, 说：, 说“, 说。, 说道, 表明, 告诉, 透露, 写道, 声称
        坦言, 回应, 补充, 警告, 要求, 呼吁, 宣称, 解释, 承认, 否认, 介绍说, 报道称, 报道"""
    ),
    sources=phrases("据报道, 据悉, 据介绍, 根据, 据《, 据新, 据路, 援引"),
    this_week=phrases(
        """今天, 昨天, 明天, 今日, 昨日, 明日, 今年, 去年, 明年, 本周, 上周, 下周, 本月, 上月, 下月, 日前, 近日, 最近
        目前, 天前"""
    ),
    more="另有 {} 篇",
)
