//! Reading the fields a policy declares, and the ones it names.
//!
//! A field never changes its type: the schema of the workspace only grows.

use crate::market::schema::{FIELD_NAME_MAX, FIELDS_MAX, Field, FieldType, Schema};
use crate::policy::cel::Vocabulary;
use crate::policy::problem::did_you_mean;
use crate::policy::read::Reader;
use crate::policy::source::{Entry, Section};
use std::collections::BTreeSet;

/// Names reserved by CEL.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Fields a document declares.
#[derive(Default)]
pub(super) struct Declared {
    /// In document order.
    pub(super) fields: Vec<Field>,
    /// Names of those something is wrong with.
    broken: BTreeSet<String>,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn fields(&mut self, root: Section<'a>, kind: &'static str) -> Declared {
        let mut declared = Declared::default();
        let Some(entry) = root.get(kind) else {
            return declared;
        };
        let Some(section) = self.source.section(entry, "") else {
            return declared;
        };
        for entry in section.entries() {
            let at = format!("{kind} field {:?}", entry.key);
            let field = self.field(entry, &at);
            match field.and_then(|field| self.declare(entry, &at, kind, field)) {
                Some(field) => declared.fields.push(field),
                None => drop(declared.broken.insert(entry.key.to_owned())),
            }
        }
        declared
    }

    fn field(&mut self, entry: Entry<'a>, at: &str) -> Option<Field> {
        let name = entry.key;
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.chars().all(letters)
            || name.starts_with(|c: char| c.is_ascii_digit())
            || name.is_empty()
            || name.len() > FIELD_NAME_MAX
        {
            let message = format!("{name:?} cannot be the name of a field");
            let hint = format!("Use up to {FIELD_NAME_MAX} of a-z, A-Z, 0-9 and _, no digit first");
            return self.source.error(entry.key_span(), at, message, hint);
        }
        if RESERVED.contains(&name) {
            let message = format!("{name:?} is a reserved word of CEL");
            return self
                .source
                .error(entry.key_span(), at, message, "Choose another name");
        }
        let mut private = false;
        let mut word_entry = entry;
        if let Some(section) = entry.as_section() {
            self.source.only(section, at, &["type", "private"]);
            if let Some(entry) = section.get("private") {
                private = self.source.flag(entry, at)?;
            }
            match section.get("type") {
                Some(entry) => word_entry = entry,
                None => {
                    let hint = "Add type = \"text\"";
                    return self
                        .source
                        .error(entry.span(), at, "the type is missing", hint);
                }
            }
        }
        let word = self.source.text(word_entry, at)?;
        match FieldType::from_word(word) {
            Some(kind) => Some(Field {
                name: name.to_owned(),
                kind,
                private,
            }),
            None => {
                let words = ["text", "number", "flag", "time", "tags"];
                let hint = did_you_mean(word, words.into_iter())
                    .unwrap_or_else(|| format!("There are {}", words.join(", ")));
                let message = format!("there is no type {word:?}");
                self.source.error(word_entry.span(), at, message, hint)
            }
        }
    }

    /// Adds the field to the schema in force.
    fn declare(&mut self, entry: Entry<'a>, at: &str, kind: &str, field: Field) -> Option<Field> {
        let (schema, built_in) = match kind {
            "record" => (&mut self.reading.records, Schema::of_records()),
            _ => (&mut self.reading.reps, Schema::of_reps()),
        };
        if built_in.find(&field.name).is_some() {
            let hint = "Leave it out; conditions can use it as it is";
            return self
                .source
                .error(entry.key_span(), at, "this field is built in", hint);
        }
        if schema.find(&field.name).is_none() && schema.fields().len() >= FIELDS_MAX {
            let message =
                format!("the workspace has {FIELDS_MAX} fields already, which is the most");
            return self
                .source
                .error(entry.key_span(), at, message, "Use a field that is there");
        }
        match schema.declare(field.clone()) {
            Ok(_) => Some(field),
            Err(in_force) => {
                let private = if in_force.private { "private " } else { "" };
                let message = format!(
                    "since an earlier policy this field is a {private}{}, and a field never changes",
                    in_force.kind.word()
                );
                let hint = "Declare a new field under another name";
                self.source.error(entry.span(), at, message, hint)
            }
        }
    }

    /// What conditions about records, or reps, may name.
    pub(super) fn vocabulary(&self, scope: &'static str, declared: &Declared) -> Vocabulary {
        let (schema, built_in) = match scope {
            "record" => (&self.reading.records, Schema::of_records()),
            _ => (&self.reading.reps, Schema::of_reps()),
        };
        let mut words = Vocabulary::new(scope, schema, |_, field| {
            built_in.find(&field.name).is_some()
                || declared.fields.iter().any(|one| one.name == field.name)
        });
        words.broken.clone_from(&declared.broken);
        words
    }

    /// The name in `"rep.name"`, when it is a number anybody may see.
    pub(super) fn number_field(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<String> {
        let text = self.source.text(entry, at)?;
        let scope = words.scope;
        let name = text
            .strip_prefix(scope)
            .and_then(|rest| rest.strip_prefix('.'));
        let Some(name) = name else {
            return self
                .source
                .other(entry, at, &format!("a field, like \"{scope}.weight\""));
        };
        match words.find(name) {
            Some((_, field)) if field.kind == FieldType::Number && !field.private => {
                Some(name.to_owned())
            }
            Some((_, field)) => {
                let private = if field.private { "private " } else { "" };
                let message = format!("{text} is a {private}{}", field.kind.word());
                self.source
                    .error(entry.span(), at, message, "A number is needed here")
            }
            None if words.broken.contains(name) => None,
            None => {
                let hint = did_you_mean(name, words.names())
                    .unwrap_or_else(|| format!("Declare it under [{scope}]"));
                self.source.error(
                    entry.span(),
                    at,
                    format!("there is no field {name:?}"),
                    hint,
                )
            }
        }
    }
}
