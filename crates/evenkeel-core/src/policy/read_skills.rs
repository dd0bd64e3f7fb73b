//! Reading which rep fields hold skills.

use crate::ids::FieldNo;
use crate::market::schema::FieldType;
use crate::people::skills::SKILLS_MAX;
use crate::policy::cel::Vocabulary;
use crate::policy::read::Reader;
use crate::policy::source::Section;

impl<'a> Reader<'a, '_> {
    /// `[skills]`, if it is there.
    pub(super) fn skills(&mut self, root: Section<'a>, reps: &Vocabulary) -> Option<Vec<FieldNo>> {
        let at = "skills";
        let Some(entry) = root.get(at) else {
            return Some(Vec::new());
        };
        let table = self.source.section(entry, "")?;
        self.source.only(table, at, &["fields"]);
        let Some(entry) = table.get("fields") else {
            let hint = "Add fields = [\"rep.…\"]";
            let message = "it does not say which rep fields hold skills";
            return self.source.error(table.span(), at, message, hint);
        };
        let names = self.source.texts(entry, at)?;
        if names.is_empty() || names.len() > SKILLS_MAX {
            let wanted = format!("a list of 1 to {SKILLS_MAX} rep fields");
            return self.source.other(entry, at, &wanted);
        }
        let kinds = [FieldType::Tags, FieldType::Number, FieldType::Flag];
        let mut fields = Vec::new();
        for (name, span) in names {
            let (field, _) = self.field_named(name, span.clone(), at, reps, &kinds)?;
            if fields.contains(&field) {
                let message = format!("{name} is listed twice");
                return self.source.error(span, at, message, "List each field once");
            }
            fields.push(field);
        }
        Some(fields)
    }
}
