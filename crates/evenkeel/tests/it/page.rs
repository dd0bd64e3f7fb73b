//! Reads pages as a browser would, as far as tests need it: links, forms, hidden fields.

use crate::client::{Answer, Client};

/// Asks for a page and insists on its status.
pub(crate) fn open(client: &mut Client, path: &str, status: u16) -> String {
    let answer = client.get(path);
    assert_eq!(answer.status, status, "{path}: {}", answer.text());
    answer.text()
}

/// Sends the form of `page` that goes to `action`, with its hidden fields and these filled in.
pub(crate) fn submit(
    client: &mut Client,
    page: &str,
    action: &str,
    filled: &[(&str, &str)],
) -> Answer {
    let mut fields = hidden(page, action);
    fields.extend(
        filled
            .iter()
            .map(|(name, text)| ((*name).into(), (*text).into())),
    );
    send(client, action, &fields)
}

/// Sends these fields.
pub(crate) fn send(client: &mut Client, action: &str, fields: &[(String, String)]) -> Answer {
    let pair = |(name, text): &(String, String)| format!("{}={}", encode(name), encode(text));
    let body: Vec<String> = fields.iter().map(pair).collect();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let path = action.split('#').next().unwrap_or(action);
    client.send("POST", path, &form, body.join("&").as_bytes())
}

/// The hidden fields of the form that goes to `action`.
pub(crate) fn hidden(page: &str, action: &str) -> Vec<(String, String)> {
    let forms = page
        .split("<form")
        .skip(1)
        .map(|rest| rest.split("</form>").next());
    let wanted = |form: &&str| attribute(form, "action").as_deref() == Some(action);
    let form = forms.flatten().find(wanted);
    let form = form.unwrap_or_else(|| panic!("no form goes to {action}"));
    let inputs = form
        .split("<input")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or(rest));
    inputs
        .filter(|input| attribute(input, "type").as_deref() == Some("hidden"))
        .filter_map(|input| attribute(input, "name").zip(attribute(input, "value")))
        .collect()
}

/// Every address a page leads to, and every file it loads.
pub(crate) fn links(page: &str) -> Vec<String> {
    let starts = [" href=\"", " src=\"", " action=\"", " formaction=\""];
    let found = starts.iter().flat_map(|start| page.split(start).skip(1));
    found
        .map(|rest| unescape(rest.split('"').next().unwrap_or("")))
        .collect()
}

/// The first attribute of this name in a piece of markup.
fn attribute(markup: &str, name: &str) -> Option<String> {
    let (_, rest) = markup.split_once(&format!(" {name}=\""))?;
    Some(unescape(rest.split('"').next()?))
}

fn unescape(text: &str) -> String {
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    signs.iter().fold(text.to_owned(), |text, (escaped, sign)| {
        text.replace(escaped, sign)
    })
}

/// Percent-encodes everything but letters and digits.
pub(crate) fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
