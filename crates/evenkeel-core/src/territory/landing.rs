//! From a record to its territory to the pool in it, with what the verdict will say about it.

use crate::market::value::Facts;
use crate::policy::document::{Landing, Territories};
use crate::territory::standing::Standing;
use crate::verdict::{InTerritory, TerritoryRow};

/// Where the policy's territories send a record, and why.
///
/// With `named` the rule names the territory itself and no row is asked. A record that no row
/// takes, or whose row names a territory the policy does not have, goes where `otherwise` says.
/// While territories are off every one of them is dealt from the joint pool.
pub fn land(
    territories: &Territories,
    standing: &Standing,
    facts: &impl Facts,
    named: Option<usize>,
) -> (Landing, InTerritory) {
    let mut said = InTerritory {
        name: None,
        row: None,
        joint: false,
    };
    let mut at = named;
    if let Some(named) = named {
        said.name = Some(territories.list[named].name.clone());
    } else if let Some(row) = standing.lookup().find(facts) {
        let table = standing.table();
        let name = table.territory(row);
        at = territories.position(name);
        said.name = at.map(|_| name.to_owned());
        said.row = Some(TerritoryRow {
            number: row as u32 + 1,
            key: table.rows[row].key(),
            territory: name.to_owned(),
            table: match standing.in_policy() {
                true => None,
                false => Some(standing.version()),
            },
        });
    }
    if let (false, Some(joint)) = (territories.on, territories.joint) {
        said.joint = true;
        return (Landing::Pool(joint), said);
    }
    match at {
        Some(at) => (Landing::Pool(territories.list[at].pool), said),
        None => (territories.otherwise, said),
    }
}

/// What the territories said, as a sentence of an explanation.
pub fn words(said: &InTerritory) -> String {
    let place = match (&said.name, &said.row) {
        (Some(name), Some(row)) => format!("territory {name}, by row {}", row.key),
        (Some(name), None) => format!("territory {name}, which the rule names"),
        (None, Some(row)) => format!(
            "row {} says {}, a territory that the policy does not have",
            row.key, row.territory
        ),
        (None, None) => "no row of the territories takes it".to_owned(),
    };
    if said.joint {
        return format!("Territories are off, so the joint pool dealt it; otherwise: {place}.");
    }
    let mut letters = place.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
