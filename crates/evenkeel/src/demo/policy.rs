//! The two policies of the made-up company: the one it began with, and today's with a hot desk.
//!
//! They are documents as a person would write them; nothing here knows how they are read.

/// Everything up to the pools that both versions have.
const OPENING: &str = r#"# How Quillwater Systems deals its records. Quillwater and everybody in it are made up.
evenkeel = 1
name = "Quillwater go-to-market"

[record]
account   = "text"
country   = "text"
employees = "number"
score     = "number"            # 0 to 100, from the marketing tool
arr       = "number"            # yearly value in dollars, renewals only
source    = "text"
hot       = "flag"              # asked to be called today
interests = "tags"
contact   = { type = "text", private = true }
email     = { type = "text", private = true }

[rep]
region    = "text"
weight    = "number"            # share of the enterprise flow: ramping 1, full 2, principal 3
languages = "tags"
hot_desk  = "flag"

[recycling]                     # what nobody works on rests, and is given out again
cadence  = "weekly"
zone     = "America/New_York"
at       = "06:00"
rest     = "6 days"
cooldown = "30 days"
warn     = "3 days"
keep     = "7 days"

[[recycling.remove]]
name = "Nobody worked on it"
idle = "14 days"

[[recycling.remove]]
name    = "Never answered"
reasons = ["no_answer"]
then    = "queue:Nurture"

[[recycling.available]]
new_contacts = true

[guard]
book    = 0.1
records = 60

[returns]
per_month = 20

[[returns.reason]]
name = "poor_fit"
then = "rest 10 days"

[[returns.reason]]
name = "not_my_market"
then = "deal"

[[returns.reason]]
name = "get_back_to_me"
then = "back"

[caps]                          # one rep, all pools together, any 24 hours or 7 days
day  = 16
week = 70

[activity]
works = ["call", "email", "meeting"]

[effort]                        # a large account is the work of several small ones
size    = "record.employees"
neglect = "10 days"

[skills]                        # kept with the day since when a rep has them
fields    = ["rep.languages"]

[capacity]                      # the usual tiers: 60, 100 and 150 standard accounts
ramp = [0.4, 0.7]

[plan]                          # who should have which, when books are dealt anew
value = "record.score"
move  = 0.5

[[sla]]                         # leads only; renewals have their own rhythm
name        = "Lead called"
when        = 'record.kind != "renewal"'
first_touch = "4 hours"         # of the owner's working time
warn        = "3 hours"
reassign    = "8 hours"
tries       = 1
then        = "queue:Nurture"

[[pool]]
name   = "Inbound Americas"
where  = 'rep.team == "inbound" && rep.region == "americas"'
cap    = { day = 12 }
nobody = { hold = "1 day", then = "queue:Triage" }

[[pool]]
name    = "Inbound Europe"
where   = 'rep.team == "inbound" && rep.region == "europe"'
method  = "mix"                 # not only as many leads for everybody, but leads as good
band    = 1
balance = { factors = ["record.source", "record.employees"], bands = { employees = [50, 200] } }
cap     = { day = 12 }
nobody  = { hold = "1 day", then = "queue:Triage" }

[[pool]]
name   = "Inbound APAC"
where  = 'rep.team == "inbound" && rep.region == "apac"'
nobody = { hold = "1 day", then = "queue:Triage" }

[[pool]]
name   = "Portuguese desk"
where  = '"pt" in rep.languages'
nobody = { hold = "4 days", then = "queue:Triage" }

[[pool]]
name          = "Enterprise"
where         = 'rep.team == "enterprise"'
weight        = "rep.weight"
manual_counts = "full"
nobody        = { hold = "2 days", then = "queue:Triage" }

[[pool]]
name   = "Renewals"
where  = 'rep.team == "renewals"'
nobody = "queue:Renewal desk"
"#;

/// The pool that came with the second version.
const HOT_POOL: &str = r#"
[[pool]]
name   = "Hot desk"
where  = 'rep.hot_desk'
method = "random"               # nobody can steer a hot lead to a friend
band   = 1
hours  = "keep"                 # only those who are at their desk now
cap    = { day = 6 }
nobody = "pool:Inbound Americas"
"#;

/// Queues, and the rules before the hot one.
const RULES_BEFORE: &str = r#"
[[queue]]
name = "Triage"

[[queue]]                       # small fish: whoever has time takes one
name        = "Nurture"
pool        = "Inbound Americas"
score       = { likely = { field = "record.score", from = 0, to = 100 } }
overtake    = "5 days"
grades      = [{ name = "A", from = 0.7 }]
fair        = true              # the best of them evenly
show        = 5
limit       = { unworked = 6 }  # nobody hoards
work_within = "4 days"          # then it goes back to its place

[[queue]]
name = "Renewal desk"

[[rule]]
name = "Students and hobby projects"
when = 'record.source == "student form" || record.employees <= 1'
to   = "queue:Nurture"

[[rule]]
name = "Named: Aldermoor Group"
when = 'record.account == "Aldermoor Group"'
to   = { rep = "idris", otherwise = "queue:Triage" }

[[rule]]
name = "Named: Fennimore Mutual"
when = 'record.account == "Fennimore Mutual"'
to   = { rep = "rosa", otherwise = "queue:Triage" }

[[rule]]
name = "Renewals"
when = 'record.kind == "renewal"'
to   = "pool:Renewals"
"#;

/// The rule that came with the second version.
const HOT_RULE: &str = r#"
[[rule]]
name = "Hot: call today"
when = 'record.hot && record.employees < 1000'
to   = "pool:Hot desk"
"#;

/// The rules after it, and the fallback.
const RULES_AFTER: &str = r#"
[[rule]]
name   = "Strategic"
when   = 'record.employees >= 5000'
to     = "pool:Enterprise"
weight = 2                      # one of these is the work of two

[[rule]]
name = "Enterprise"
when = 'record.employees >= 1000 || (record.employees >= 500 && record.score >= 80)'
to   = "pool:Enterprise"

[[rule]]
name = "Portuguese speakers"
when = 'record.country in ["PT", "BR", "AO", "MZ"]'
to   = "pool:Portuguese desk"

[[rule]]
name = "Americas"
when = 'record.country in ["US", "CA", "MX", "CO", "CL", "AR"]'
to   = "pool:Inbound Americas"

[[rule]]
name = "Europe, Middle East and Africa"
when = 'record.country in ["GB", "IE", "FR", "DE", "ES", "IT", "NL", "PL", "SE", "NG", "KE", "ZA", "AE"]'
to   = "pool:Inbound Europe"

[[rule]]
name = "Asia and Pacific"
when = 'record.country in ["IN", "SG", "JP", "KR", "AU", "NZ", "ID"]'
to   = "pool:Inbound APAC"

[fallback]
to = "queue:Triage"
"#;

/// The policy the company began with.
pub fn first() -> String {
    [OPENING, RULES_BEFORE, RULES_AFTER].concat()
}

/// Today's policy: hot records go to whoever is at the hot desk, in an order nobody can guess.
pub fn second() -> String {
    [OPENING, HOT_POOL, RULES_BEFORE, HOT_RULE, RULES_AFTER].concat()
}
