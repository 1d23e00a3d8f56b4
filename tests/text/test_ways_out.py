import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.text.ways_out import says_so, way_out

WAYS_OUT = [
    "https://us1.list-manage.com/unsubscribe?u=1&id=2&e=3",
    "https://harbour.us1.list-manage.com/profile?u=1&id=2",
    "https://harbour.example/unsubscribe",
    "https://harbour.example/newsletter/unsubscribe/4f7c1d2e",
    "https://harbour.example/unsubscribe.php?x=1",
    "https://harbour.example/u?action=unsubscribe&id=3",
    "https://harbour.example/?na=u&nk=1-2&action=unsub",
    "https://harbour.example/one-click-unsubscribe",
    "https://harbour.example/Unsubscribe/",
    "https://harbour.example/%75nsubscribe",
    "https://unsubscribe.convertkit-mail.com/27u9",
    "https://preferences.harbour.example/x",
    "https://harbour.example/email-preferences",
    "https://harbour.example/account/preferences?x=2",
    "https://harbour.example/manage_preferences",
    "https://harbour.example/update-profile",
    "https://harbour.example/subscription-center",
    "https://harbour.example/opt-out",
    "https://harbour.example/optout?x=1",
    "https://harbour.example/newsletter/abmelden/77",
    "https://harbour.example/newsletter-abbestellen",
    "https://harbour.example/se-desabonner",
    "https://harbour.example/d%C3%A9sinscription",
    "https://harbour.example/desinscription",
    "https://harbour.example/darse-de-baja",
    "https://harbour.example/cancelar-suscripcion",
    "https://harbour.example/disiscriviti",
    "https://harbour.example/uitschrijven",
    "https://harbour.example/afmelden",
    "https://harbour.example/отписаться",
    "https://harbour.example/退订",
    "https://harbour.cmail19.com/t/r-u-qgyhhl-jlyujhlkk-y/",
    "https://email.mg1.news.example/u/eJwlkMtqhTAQhp",
    "https://r.mail.harbour.example/mk/un/AbC",
    "https://mandrillapp.com/track/unsub.php?u=1",
    "https://www.google.com/url?q=https%3A%2F%2Fharbour.example%2Funsubscribe",
]
ORDINARY = [
    "https://harbour.example/",
    "https://harbour.example/2026/why-you-should-unsubscribe-from-everything",
    "https://harbour.example/2026/how-readers-manage-preferences-of-theirs",
    "https://harbour.example/news/storm",
    "https://harbour.example/subscribe",
    "https://harbour.example/baja-california",
    "https://harbour.example/remove-rust-from-iron",
    "https://harbour.example/mountain/asmara",
    "https://harbour.example/un-security-council",
    "https://harbour.example/profile/jane",
    "mailto:unsubscribe@harbour.example",
    "http://[broken/unsubscribe",
    "",
]


@pytest.mark.parametrize("url", WAYS_OUT)
def test_ways_out_are_known_in_many_words(url):
    assert way_out(url)


@pytest.mark.parametrize("url", ORDINARY)
def test_other_addresses_are_no_way_out(url):
    assert not way_out(url)


@pytest.mark.parametrize(
    ("label", "out"),
    [
        ("Unsubscribe", True),
        ("click here to unsubscribe from this list", True),
        ("Manage your preferences", True),
        ("Newsletter abbestellen", True),
        ("Se désabonner", True),
        ("退订", True),
        ("Gérer mes abonnements Newsletter", True),
        ("Profil bearbeiten", True),
        ("Gestisci le tue preferenze", True),
        ("Read more", False),
        ("Why so many readers of so many newsletters unsubscribe today", False),
        ("", False),
    ],
)
def test_a_label_calls_a_link_a_way_out(label, out):
    assert says_so(label) is out


@given(st.text())
def test_no_text_is_an_error(text):
    assert way_out(text) in (True, False)
    assert way_out("https://a.example/" + text) in (True, False)
