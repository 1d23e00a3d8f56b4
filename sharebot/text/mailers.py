"""What mailing services do to links, as data: their hosts, the shapes of their redirects, their marks of a reader.

The rows are what their redirects look like in mails that they sent; where a service has a page about it, the page
stands beside the row. Lists to compare with: https://github.com/trockerapp/trocker (in `trackers`), and EasyPrivacy,
https://easylist.to/easylist/easyprivacy.txt. Hosts of public archives (campaign-archive.com, mailchi.mp) are left
out: what is there is for everybody.
"""

import re
from functools import cache

_HOSTS = (
    r"list-manage\d?\.com|mandrillapp\.com",  # Mailchimp
    r"sendgrid\.(?:net|me)",  # SendGrid
    r"sendib[a-z]?[a-z]\d\.com|r\.(?:[a-z.]+\.)?sendinblue\.com|sp1-brevo\.net|r\.brevolinks\.com",  # Brevo
    r"pktsrv\d?\.com",  # Brevo, too
    r"cmail\d{1,2}\.com|createsend\d?\.com",  # Campaign Monitor
    r"mailgun\.(?:org|net|info)|email\.mg[\w-]*\.substack\.com",
    r"sparkpostmail\d?\.com|spgo\.io",
    r"(?:link|links|mail)\.(?:mail\.)?beehiiv\.com",
    r"(?:convertkit|kit)-mail\d*\.com",
    r"klclick\d?\.com|klaviyomail\.com|kmail-lists\.com",
    r"hubspot(?:links|email|linksfree|linksstarter)\.(?:com|net)",
    r"(?:t|track)\.(?:hs\w+|sidekickopen\d*|signaux|senal)\.com",  # HubSpot's for sales
    r"clicks?\.mlsend\d?\.com|click\.mailerlite\.com",
    r"mjt\.lu",  # Mailjet
    r"(?:click|track)\.pstmrk\.it",  # https://postmarkapp.com/developer/user-guide/tracking-links
    r"awstrack\.me",  # https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html
    r"customeriomail\.com|e\.customer\.io",
    r"rs6\.net",  # Constant Contact
    r"e2ma\.net",  # Emma
    r"emlnk\d?\.com|acemln[a-z]\.com|activehosted\.com",  # ActiveCampaign
    r"eomail\d\.com|eocampaign\d?\.com",  # EmailOctopus
    r"clicks\.aweber\.com|click\.getresponse\.com|(?:app|t)\.getresponse\.com",
    r"crsend\.com|emailsys\d[a-z]\.net",  # CleverReach, rapidmail
    r"exct\.net|click\.exacttarget\.com|go\.pardot\.com",  # Salesforce
    r"mkto-[a-z]{2}\d+\.com|en25\.com",  # Marketo, Eloqua
    r"responsys\.net|rsys\d\.(?:com|net)",
    r"mkt\d{3,5}\.com",  # Acoustic, once Silverpop
    r"dmtrk\.(?:com|net)|dotmailer-\w+\.com|trackedlink\.net",  # Dotdigital
    r"intercom-(?:mail|clicks)\.com|via\.intercom\.io",
    r"links?\.iterable\.com|link\.sailthru\.com|click\.sendsay\.ru|geteml\.com",
    r"s-sendpulse\.com|sptracker\.com|musvc\d\.net|emailsp\.com|bmsend\.com",  # SendPulse, MailUp, Benchmark
    r"maillist-manage\.(?:com|eu|in)|zcsend\.net",  # Zoho
    r"(?:[\w-]+\.)?activetrail\.(?:biz|com)|t\.smoove\.io",
    r"soundestlink\.com|omnisendlink\.com|infusion(?:mail|links)\.com|keap-link\d+\.com",
    r"protect(?:-[a-z]{2})?\.mimecast\.com|url\.(?:[a-z]{2}\.)?m\.mimecastprotect\.com",
)


@cache
def hosts() -> re.Pattern[str]:
    """Hosts, each with all below it, that keep clicks apart by reader."""
    return re.compile(rf"(?:[\w-]+\.)*(?:{'|'.join(_HOSTS)})", re.IGNORECASE)


@cache
def shapes() -> re.Pattern[str]:
    """Redirects that are counted for one reader, whatever the host: services work under a sender's own name."""
    return re.compile(
        "|".join(  # noqa: FLY002 - rows are read one by one
            (
                r"/(?:uni/)?(?:ls|wf)/click\b",  # SendGrid
                r"/ss/c/[^/]{16}",  # SendGrid for many senders, beehiiv
                r"/(?:mk|tr)/(?:cl|mr|un)/",  # Brevo
                r"/track(?:ing)?/(?:(?:click|link)s?\b|c/)",  # Mandrill, Mailchimp, and what is named after them
                r"/c/eJ[\w-]{16}",  # https://documentation.mailgun.com/docs/mailgun/user-manual/tracking-messages/
                r"/e/c/eyJ",  # Customer.io
                r"/e[1-3]t/(?:\w+/)?(?:c|tc|btc|ctc)/|/[bcpt]tc/\w+[*+]\w+/",  # HubSpot
                r"/events/public/v1/encoded/track/",  # HubSpot, too
                r"/lnk/[\w-]{16}",  # Mailjet
                r"/lt\.php\?(?:.*&)?(?:x|s|tid|id)=",  # ActiveCampaign, phpList
                r"/link\.php\?M=\d+&",  # Interspire
                r"/tn\.jsp\?",  # Constant Contact
                r"/f/a/[\w~-]{16}",  # SparkPost
                r"/u/click\?_t=",  # Iterable
                r"/e/er\?",  # Eloqua
                r"/pub/cc\?_ri_=",  # Responsys
                r"/acton/ct/",  # Act-On
                r"[?&]qs=[0-9a-f]{32}",  # Salesforce Marketing Cloud
                r"/t/[a-z]{1,2}-[a-z]-[a-z]{4,}-[a-z]{4,}-[a-z]{1,2}/",  # Campaign Monitor at a sender's own host
                r"/click/\d+\.\d+/",  # Sailthru
                r"/[CL]L?0/https?(?::|%3a)",  # https://docs.aws.amazon.com/ses/latest/dg/faqs-metrics.html
                r"[?&]mailpoet_router\b.*\baction=click",
                r"/r/[0-9a-f]{6,}\?(?:.*&)?m=[0-9a-f-]{36}",  # Ghost
                r"/r/[0-9a-f]{20,}\?(?:.*&)?ct=",  # Mautic
                # https://listmonk.app/docs/templating/: link, campaign, subscriber
                r"/link/[0-9a-f-]{36}/[0-9a-f-]{36}",
                r"/l/[A-Za-z0-9]{16,}/[A-Za-z0-9]{16,}/[A-Za-z0-9]{16,}",  # Sendy
                r"//(?:[\w-]+\.)?substack\.com/(?:redirect/|app-link/)",
                r"/(?:e?mail|newsletter|campaign)s?/(?:click|redirect|track)\b",
                r"/click(?:s|through|tracker|[_-]track)?(?:\.(?:php|aspx?|cgi|jsp))?\?(?:.*&)?\w+=[^&]{8}",
            )
        ),
        re.IGNORECASE,
    )


@cache
def reader_names() -> re.Pattern[str]:
    """Parameters that name a reader or let one in. They may also be what the page needs, so they are not taken away."""
    return re.compile(
        r"e-?mail(?:_?address|_?hash|_?token)?|user_email|subscriber(?:_?id|_?hash)?|recipient(?:_?id)?|contact_?id"
        r"|(?:auth|access|magic|login|member)_(?:token|uuid)|jwt",
        re.IGNORECASE,
    )


@cache
def extra_names() -> re.Pattern[str]:
    """Parameters that services add for one reader and no page needs, beside those that `links.clean` takes away."""
    return re.compile(
        r"_bhlid|jwt_token|last_resource_guid"  # beehiiv
        r"|__s|vgo_ee|_se"  # Drip, ActiveCampaign, Simple
        r"|elq(?:track|trackid|aid|at|campaignid|cst)?"  # Eloqua
        r"|trk_(?:contact|msg|module|sid)|sp(?:mailing|user|job|report)id|sfmc_\w+"  # Listrak, Silverpop, Salesforce
        r"|et_[cr]id|dm_[it]"  # Dotdigital and others
        r"|cndid|bxid|hash[abc]|esrc|lctg|regi_id"  # publishers' own
        r"|isfreemail|triedredirect|(?:mid|otp)token|midsig|trkemail|lipi|notification_referrer_id",
        re.IGNORECASE,
    )


EXTRA_NAMES_AT = tuple(
    (re.compile(rf"(?:[\w-]+\.)*(?:{host})"), re.compile(names, re.IGNORECASE))
    for host, names in (
        (r"campaign-archive\d?\.com|mailchi\.mp", "e"),
        (r"substack\.com", "token|r|redirect"),
        (r"linkedin\.com", "eid|trk|trackingid|refid"),
        (r"nytimes\.com", "instance_id|segment_id|user_id|campaign_id|emc|nl"),
        (r"medium\.com", "source"),
    )
)
"""The same, where a short name means a reader at certain hosts only."""

_ORDINARY = (
    r"youtube\.com|youtu\.be|goo\.gl|google\.[a-z.]{2,6}|forms\.gle|apple\.com|spotify\.com|soundcloud\.com|vimeo\.com",
    r"github\.com|githubusercontent\.com|gitlab\.com|codeberg\.org|stackoverflow\.com|codepen\.io|kaggle\.com",
    r"twitter\.com|x\.com|t\.co|linkedin\.com|lnkd\.in|instagram\.com|facebook\.com|tiktok\.com|threads\.(?:net|com)",
    r"bsky\.app|reddit\.com|redd\.it|imgur\.com|flickr\.com|pinterest\.com|twitch\.tv|medium\.com",
    r"notion\.(?:so|site)|figma\.com|dropbox\.com|airtable\.com|typeform\.com|calendly\.com|eventbrite\.[a-z.]{2,6}",
    r"amazon\.[a-z.]{2,6}|wikipedia\.org|wikimedia\.org|archive\.(?:org|ph)|arxiv\.org|doi\.org|nature\.com",
    r"sciencedirect\.com|springer\.com|acm\.org|ieee\.org|huggingface\.co|observablehq\.com",
    r"bit\.ly|buff\.ly|ow\.ly|tinyurl\.com|is\.gd|dlvr\.it|amzn\.to|nyti\.ms|trib\.al",
    r"weixin\.qq\.com|bilibili\.com|zhihu\.com|note\.com",
)


@cache
def ordinary() -> re.Pattern[str]:
    """Hosts, each with all below it, whose ordinary pages have scrambled names."""
    return re.compile(rf"(?:[\w-]+\.)*(?:{'|'.join(_ORDINARY)})", re.IGNORECASE)


@cache
def counting() -> re.Pattern[str]:
    """Hosts that count clicks for a sender by their name: click.news.example."""
    return re.compile(
        r"(?:click|clicks|clk|links?|lnk|e|em|e?mail|mailer|mailing|t|trk?|track|tracking|tracker|go|r|rd|redirect|nl|newsletter"
        r"|cl|ct|elinks?|url\d+)\.[^.]+\..+",
        re.IGNORECASE,
    )


@cache
def counting_paths() -> re.Pattern[str]:
    """Paths by which clicks are counted in mails, and which mean something else elsewhere."""
    return re.compile(
        r"/(?:c|cl|ct|clk|clicks?|trk|lnk)/(?:[^/?]+/)*(?=[^/?]*\d)(?=[^/?]*[a-z])[\w.~=-]{4,}"
        r"|/(?:r|rd|redir|redirect|go|goto|clk|click|clickthru|out|link|track)(?:\.(?:php|aspx?|cgi|jsp|html?))?/?\?",
        re.IGNORECASE,
    )
