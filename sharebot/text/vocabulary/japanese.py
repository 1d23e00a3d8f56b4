"""Japanese."""

from sharebot.text.vocabulary.language import Language, phrases, words

JAPANESE = Language(
    code="ja",
    spaced=False,
    words=words("""の に は を が と で も です ます した する こと ある いる から など"""),
    openers=phrases(
        """しかし, だが, また, さらに, そのため, そこで, そして, それ, その, そう, これ, この, こう, ここ, 彼
        彼女, 同氏, 同社, 同日, 一方, ただし, ただ, 例えば, たとえば, なお, 次に, 最後に, つまり, したがって
        よって, 加えて, ところが, すると"""
    ),
    pronouns=phrases("彼は, 彼女は, 同氏は"),
    goes_on=phrases("とも述べ, とも語っ, とも話し, 付け加え, とも指摘, 続けた"),
    says=phrases(
        """述べ, 語っ, 話し, 指摘し, 強調し, 明らかにし, 説明し, 主張し, 訴え, 伝え, 報じ, と言う, と言っ, という
        としている, とした, 警告し, 批判し, 求め, と答え, と発表し"""
    ),
    sources=phrases("によると, によれば, 関係者"),
    this_week=phrases("今日, 昨日, 明日, 本日, 今週, 先週, 来週, 今月, 先月, 来月, 今年, 昨年, 来年, 最近, 現在, 先日"),
    more="ほか {} 本",
)
