//! The form in which two values are compared: a closed list, each with its table of cases.
//!
//! A form only makes writing alike that means the same; it never guesses. Nothing is looked up and
//! no distance is measured here: two values are the same or they are not. Accents stay as they are
//! (Muller is not Müller), and no list of public suffixes says which part of a host is sold.

use serde::{Deserialize, Serialize};

/// Longest value that is compared, in bytes; a longer one matches nothing.
pub const VALUE_MAX: usize = 1_024;
/// Most mail providers a policy may add to [`FREE_MAIL`].
pub const FREE_MAIL_MAX: usize = 1_000;

/// How a value is written before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Form {
    /// As it is, without the blanks around it.
    Exact,
    /// An e-mail address: case and blanks folded, what follows a `+` left out.
    Email {
        /// Whether the dots of a Gmail address are left out as well.
        dots: bool,
    },
    /// The host of an e-mail or web address, without `www.`; never that of a free mail provider.
    Domain,
    /// A name: case, punctuation and legal forms folded, the order of words kept.
    Name,
}

/// Providers where anybody gets an address, so that sharing one says nothing.
pub const FREE_MAIL: [&str; 48] = [
    "126.com",
    "163.com",
    "aim.com",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "btinternet.com",
    "comcast.net",
    "cox.net",
    "daum.net",
    "duck.com",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "sbcglobal.net",
    "t-online.de",
    "verizon.net",
    "wanadoo.fr",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// Words for the legal form of a company, left out at the end of a name.
const LEGAL: [&str; 54] = [
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "doo",
    "eg",
    "gbr",
    "gesmbh",
    "gmbh",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "ou",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "rt",
    "sa",
    "sarl",
    "sas",
    "scs",
    "se",
    "sl",
    "slu",
    "spa",
    "sprl",
    "srl",
    "sro",
    "ug",
    "zrt",
];

impl Form {
    /// The word people write in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Email { .. } => "email",
            Self::Domain => "domain",
            Self::Name => "name",
        }
    }

    /// The form people mean by `word`.
    pub fn from_word(word: &str, dots: bool) -> Option<Self> {
        [Self::Exact, Self::Email { dots }, Self::Domain, Self::Name]
            .into_iter()
            .find(|form| form.word() == word)
    }

    /// `text` as it is compared, or `None` when it is nothing to match by: empty, too long, no
    /// address, or the domain of a free mail provider, in [`FREE_MAIL`] or in `free`.
    ///
    /// *Bounds*: [`VALUE_MAX`]. *Example*: `Ana+fair@Acme.example` is `ana@acme.example`.
    pub fn of(self, text: &str, free: &[String]) -> Option<String> {
        let text = text.trim();
        if text.is_empty() || text.len() > VALUE_MAX {
            return None;
        }
        match self {
            Self::Exact => Some(text.to_owned()),
            Self::Email { dots } => email(text, dots),
            Self::Domain => domain(text).filter(|host| {
                FREE_MAIL.binary_search(&host.as_str()).is_err()
                    && !free.iter().any(|one| one == host)
            }),
            Self::Name => name(text),
        }
    }
}

fn email(text: &str, dots: bool) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (local, host) = text.rsplit_once('@')?;
    let host = host_of(host)?;
    let local = local.to_lowercase();
    // A local part that is nothing but a tag is kept whole.
    let plain = local.split('+').next().filter(|plain| !plain.is_empty());
    let mut local = plain.unwrap_or(&local).to_owned();
    let gmail = host == "gmail.com" || host == "googlemail.com";
    if dots && gmail {
        local.retain(|c| c != '.');
        return (!local.is_empty()).then(|| format!("{local}@gmail.com"));
    }
    (!local.is_empty() && !local.contains('@')).then(|| format!("{local}@{host}"))
}

fn domain(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    let host = host_of(host)?;
    let bare = host.strip_prefix("www.").filter(|rest| rest.contains('.'));
    Some(bare.map_or(host.clone(), str::to_owned))
}

/// A host in lower case without the last dot; `None` for what is none: no dot in it, or blanks.
fn host_of(text: &str) -> Option<String> {
    let host = text.trim().trim_end_matches('.').to_lowercase();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "@/\\,;<>\"'()".contains(c);
    let fits =
        host.contains('.') && !host.starts_with('.') && !host.contains("..") && !host.contains(odd);
    fits.then_some(host)
}

fn name(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Within a word: S.A. is sa, O'Neill is oneill.
            '.' | '\'' | '’' | '`' => {}
            '&' | '+' => plain.push_str(" and "),
            c if c.is_alphanumeric() => plain.extend(c.to_lowercase()),
            _ => plain.push(' '),
        }
    }
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    // GmbH & Co. KG ends in legal forms and the "and" between them; one word always stays.
    while words.len() > 1 {
        let last = words[words.len() - 1];
        let before = words[words.len() - 2];
        let joint = last == "and" && LEGAL.binary_search(&before).is_ok();
        if !joint && LEGAL.binary_search(&last).is_err() {
            break;
        }
        words.pop();
    }
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: Form = Form::Email { dots: false };
    const GMAIL: Form = Form::Email { dots: true };

    fn table(cases: &[(Form, &str, Option<&str>)]) {
        for (form, text, wanted) in cases {
            let found = form.of(text, &["post.example".into()]);
            assert_eq!(found.as_deref(), *wanted, "{form:?} {text:?}");
        }
    }

    #[test]
    fn exact_keeps_everything_but_the_blanks_around() {
        table(&[
            (Form::Exact, " A-17 ", Some("A-17")),
            (Form::Exact, "a-17", Some("a-17")),
            (Form::Exact, "  ", None),
            (Form::Exact, "", None),
        ]);
        let most = "x".repeat(VALUE_MAX);
        assert_eq!(Form::Exact.of(&most, &[]), Some(most.clone()));
        assert_eq!(Form::Exact.of(&format!("{most}x"), &[]), None);
    }

    #[test]
    fn an_email_folds_case_blanks_and_tag_and_dots_only_when_asked() {
        table(&[
            (EMAIL, " Ana@Acme.Example ", Some("ana@acme.example")),
            (EMAIL, "ana+fair@acme.example", Some("ana@acme.example")),
            (EMAIL, "ana+a+b@acme.example.", Some("ana@acme.example")),
            (EMAIL, "+tag@acme.example", Some("+tag@acme.example")),
            (EMAIL, "a.na@acme.example", Some("a.na@acme.example")),
            (EMAIL, "a.na@gmail.com", Some("a.na@gmail.com")),
            (GMAIL, "A.Na+x@gmail.com", Some("ana@gmail.com")),
            (GMAIL, "a.na@googlemail.com", Some("ana@gmail.com")),
            (GMAIL, "a.na@acme.example", Some("a.na@acme.example")),
            (EMAIL, "Zoë@müller.example", Some("zoë@müller.example")),
            (EMAIL, "ana at acme.example", None),
            (EMAIL, "@acme.example", None),
            (EMAIL, "ana@acme", None),
            (EMAIL, "ana@", None),
            (EMAIL, "a@b@acme.example", None),
            (GMAIL, "...@gmail.com", None),
        ]);
    }

    #[test]
    fn a_domain_is_a_host_and_never_a_free_provider() {
        table(&[
            (Form::Domain, "ana@Acme.example", Some("acme.example")),
            (
                Form::Domain,
                "https://www.acme.example/a?b#c",
                Some("acme.example"),
            ),
            (
                Form::Domain,
                "http://u:p@acme.example:8080/",
                Some("acme.example"),
            ),
            (Form::Domain, "WWW.Acme.example.", Some("acme.example")),
            (Form::Domain, "shop.acme.example", Some("shop.acme.example")),
            (Form::Domain, "www.example", Some("www.example")),
            (Form::Domain, "ana@gmail.com", None),
            (Form::Domain, "ana@GMX.de", None),
            (Form::Domain, "https://www.web.de", None),
            (Form::Domain, "ana@post.example", None),
            (Form::Domain, "acme", None),
            (Form::Domain, "a..b", None),
            (Form::Domain, "two words.example", None),
        ]);
    }

    #[test]
    fn a_name_folds_case_punctuation_and_legal_forms_and_keeps_the_order() {
        table(&[
            (Form::Name, "ACME, Inc.", Some("acme")),
            (Form::Name, "Acme GmbH & Co. KG", Some("acme")),
            (Form::Name, "Acme S.A.", Some("acme")),
            (Form::Name, "acme pty ltd", Some("acme")),
            (Form::Name, "Acme Holdings B.V.", Some("acme")),
            (Form::Name, "Smith & Sons Ltd", Some("smith and sons")),
            (Form::Name, "Smith and Sons", Some("smith and sons")),
            (Form::Name, "Sons & Smith", Some("sons and smith")),
            (Form::Name, "O'Neill-Ruiz", Some("oneill ruiz")),
            (Form::Name, "Müller  AG", Some("müller")),
            (Form::Name, "Muller AG", Some("muller")),
            (Form::Name, "Limited", Some("limited")),
            (Form::Name, "Co. Co.", Some("co")),
            (Form::Name, "Inc Magazine", Some("inc magazine")),
            (Form::Name, "株式会社 日本", Some("株式会社 日本")),
            (Form::Name, "—", None),
        ]);
    }

    #[test]
    fn the_lists_are_in_order_so_that_they_can_be_searched() {
        assert!(FREE_MAIL.is_sorted());
        assert!(LEGAL.is_sorted());
        for word in ["exact", "email", "domain", "name"] {
            let form = Form::from_word(word, false).expect("a word of the list");
            assert_eq!(form.word(), word);
        }
        assert_eq!(Form::from_word("fuzzy", false), None);
    }
}
