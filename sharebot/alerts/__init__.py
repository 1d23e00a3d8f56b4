"""Telling people what is wrong, and when it is over: by mail, by Apprise, and by a ping that stays away.

`problems` says what is wrong, `book` what of it a recipient has to be told now, `message` in which words; `mail` and
`herald` carry it. `watch` does it all, again and again. What was told is kept in the outbox (`outbox.alarms`).
"""
