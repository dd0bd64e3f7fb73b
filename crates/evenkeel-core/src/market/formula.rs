//! A formula: the part of a condition that the clause tree cannot say, run by the CEL interpreter.
//!
//! `policy::lower` has typed and rewritten it before: no loops, no clock, no chance, no
//! text that grows without bound, so its steps are at most its nodes. Numbers reach the
//! interpreter as 64-bit floats (exact to nine quadrillion millionths), because CEL refuses to mix
//! whole numbers and decimals; their four operations are the same on every machine. A run-time
//! error, a division by zero included, is *unknown*.

use crate::ids::FieldNo;
use crate::market::clause::Answer;
use crate::market::value::{Facts, Value};
use crate::units::Micro;
use cel::common::types::{self, CelBool, CelDouble, CelInt, CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::{Context, Env, ExecutionError, IdedExpr};
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

/// Name of the division that refuses zero; no text people write can reach it.
pub(crate) const DIVIDE: &str = "@divide";

/// A typed and rewritten expression that answers yes or no.
#[derive(Clone)]
pub struct Formula {
    text: String,
    program: Arc<IdedExpr>,
    fields: Vec<FieldNo>,
    nodes: usize,
}

impl Formula {
    /// A formula. `program` calls the value of field *n* `v<n>`, and whether it has one `has<n>`.
    pub(crate) fn new(
        text: &str,
        program: IdedExpr,
        mut fields: Vec<FieldNo>,
        nodes: usize,
    ) -> Self {
        fields.sort_unstable();
        fields.dedup();
        Self {
            text: text.to_owned(),
            program: Arc::new(program),
            fields,
            nodes,
        }
    }

    /// The part of the condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fields it looks at, ascending.
    pub fn fields(&self) -> &[FieldNo] {
        &self.fields
    }

    /// How many steps it takes at most.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The answer for one row of values.
    pub fn answer(&self, facts: &dyn Facts) -> Answer {
        let mut context = Context::with_env(Arc::clone(&ENV));
        for field in &self.fields {
            let value = facts.fact(*field);
            let known = CelBool::from(value.is_some());
            context.add_variable_as_val(known_name(*field), Box::new(known));
            if let Some(value) = value {
                context.add_variable_as_val(value_name(*field), seen(value));
            }
        }
        match cel::Value::resolve(&self.program, &context) {
            Ok(cel::Value::Bool(holds)) => Answer::of(holds),
            _ => Answer::Unknown,
        }
    }
}

/// What the program calls the value of a field.
pub(crate) fn value_name(field: FieldNo) -> String {
    format!("v{}", field.0)
}

/// What the program calls whether a field has a value.
pub(crate) fn known_name(field: FieldNo) -> String {
    format!("has{}", field.0)
}

/// A number as the interpreter sees it.
pub(crate) fn decimal(number: Micro) -> CelDouble {
    CelDouble::from(number.0 as f64 / 1e6)
}

/// A value as the interpreter sees it: numbers as floats, moments as whole milliseconds.
fn seen(value: &Value) -> Box<dyn Val + '_> {
    match value {
        Value::Text(text) => Box::new(CelString::from(text.as_str())),
        Value::Number(number) => Box::new(decimal(*number)),
        Value::Flag(flag) => Box::new(CelBool::from(*flag)),
        Value::Time(moment) => Box::new(CelInt::from(moment.0)),
        Value::Tags(tags) => {
            let tags: Vec<Box<dyn Val + '_>> = tags
                .iter()
                .map(|tag| Box::new(CelString::from(tag.as_str())) as Box<dyn Val + '_>)
                .collect();
            Box::new(CelList::from(tags))
        }
    }
}

/// The interpreter's functions: its standard ones, lower and upper case, and a division that
/// refuses zero.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    env.add_extension(cel::extensions::strings)
        .expect("the standard names do not clash");
    env.add_overload(
        DIVIDE,
        "divide",
        vec![types::DOUBLE_TYPE, types::DOUBLE_TYPE],
        divide,
    )
    .expect("the name is our own");
    Arc::new(env)
});

fn divide<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let number = |at: usize| {
        args[at]
            .downcast_ref::<CelDouble>()
            .map(|number| *number.inner())
    };
    match (number(0), number(1)) {
        (Some(over), Some(under)) if under != 0.0 => {
            Ok(CowVal::owned(CelDouble::from(over / under)))
        }
        _ => Err(ExecutionError::function_error(
            "division",
            "divided by zero",
        )),
    }
}

impl std::fmt::Debug for Formula {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Formula({})", self.text)
    }
}

// The same text over the same fields is the same formula.
impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Formula {}

impl PartialOrd for Formula {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Formula {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.text, &self.fields).cmp(&(&other.text, &other.fields))
    }
}
