//! The mapping document: which column of a file is which field, and how values are written.
//!
//! TOML, the same for records and reps. It knows neither a schema nor a file: names are matched
//! where both are known ([`crate::binding`]). A field the document does not name is read from the
//! column of its own name, so without a mapping columns are called as the fields are.

use crate::bad::Bad;
use crate::forms::Forms;
use crate::row::Cell;
use std::collections::BTreeMap;

/// One mapping document, read.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The document as the user named it; empty when there is none.
    pub file: String,
    /// Field or built-in → columns; several are joined with [`Mapping::join`].
    pub columns: BTreeMap<String, Named<Vec<String>>>,
    /// Field or built-in → values that no column holds: one for every row, or several in turn.
    /// Never empty.
    pub constants: BTreeMap<String, Named<Vec<Cell>>>,
    /// Field or built-in → text as written in the file → text meant.
    pub replace: BTreeMap<String, Named<BTreeMap<String, String>>>,
    /// Between the parts of a value made from several columns.
    pub join: String,
    /// Between the cells of a table.
    pub delimiter: u8,
    /// How values are written.
    pub forms: Forms,
}

/// Something the document says, with where it says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T> {
    /// What it says.
    pub value: T,
    /// Line, from 1.
    pub line: u64,
    /// Character, from 1.
    pub column: usize,
}

impl Mapping {
    /// No document: columns are called as the fields are, values in the default forms.
    pub fn none() -> Self {
        Self {
            file: String::new(),
            columns: BTreeMap::new(),
            constants: BTreeMap::new(),
            replace: BTreeMap::new(),
            join: "/".into(),
            delimiter: b',',
            forms: Forms::default(),
        }
    }

    /// Something wrong with what the document says at `named`.
    pub fn bad<T>(&self, named: &Named<T>, expected: impl Into<String>) -> Bad {
        Bad::line(&self.file, named.line, expected).at_char(named.column)
    }
}
