//! Which history a report is of: the journal's own, what imported files tell, or both; and what is
//! to be known of it before any figure.

use crate::host::fault::Fault;
use crate::host::past::Instant;
use crate::host::workspace::Workspace;
use crate::reports::asked::{self, Wrong};
use crate::reports::work::Work;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::figure::count;
use evenkeel_core::measure::life::Lives;
use evenkeel_core::state::State;
use std::sync::Arc;

/// Most sources named in a sentence.
const NAMED_MAX: usize = 5;

/// Where the records of a report come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the journal: what was dealt here.
    Own,
    /// From imported files: what others decided.
    Imported,
    /// From both, each record once.
    Both,
}

/// Every source with its word.
pub const SOURCES: [(&str, Source); 3] = [
    ("own", Source::Own),
    ("imported", Source::Imported),
    ("both", Source::Both),
];

impl Source {
    /// The word for it in requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Imported => "imported",
            Self::Both => "both",
        }
    }
}

/// Which history is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// From where; `None` is the own one, or the imported while there is no own.
    pub source: Option<Source>,
    /// As of when.
    pub instant: Option<Instant>,
    /// What counts as worked.
    pub work: Work,
}

impl Asked {
    /// Reads it.
    pub fn read(
        source: Option<&String>,
        as_of: Option<&String>,
        work: Work,
    ) -> Result<Self, Wrong> {
        let source = match asked::given(source) {
            None => None,
            Some(_) => Some(asked::one_of("source", source, &SOURCES)?),
        };
        Ok(Self {
            source,
            instant: asked::instant(as_of)?,
            work,
        })
    }
}

/// A history to report on.
#[derive(Clone, Debug)]
pub struct History {
    /// Its records.
    pub lives: Arc<Lives>,
    /// Where they come from.
    pub source: Source,
    /// Whether files were imported, so that there is a choice.
    pub imported: bool,
    /// Who told the imported files, each once.
    pub sources: Vec<String>,
}

/// Gathers the history that is asked for.
pub async fn of(workspace: &Workspace, asked: &Asked) -> Result<History, Fault> {
    let looked = workspace.ask(|state| {
        let imports = state.imports().all();
        let mut sources: Vec<String> = Vec::new();
        for imported in imports {
            if !sources.contains(&imported.import.source) {
                sources.push(imported.import.source.clone());
            }
        }
        (state.records().is_empty(), sources)
    });
    let (none, sources) = looked.await;
    let imported = !sources.is_empty();
    let source = asked.source.unwrap_or(match none && imported {
        true => Source::Imported,
        false => Source::Own,
    });
    let exact = asked.work.needs_every_touch();
    let lives = match source {
        Source::Own if exact => {
            workspace
                .lives_with_work(asked.instant, asked.work.named())
                .await?
        }
        Source::Own => workspace.lives(asked.instant).await?,
        Source::Imported => workspace.told(asked.instant).await?,
        Source::Both => {
            let named = exact.then(|| asked.work.named());
            workspace.both(asked.instant, named).await?
        }
    };
    Ok(History {
        lives,
        source,
        imported,
        sources,
    })
}

impl History {
    /// What a rep is called: `name` for one of the workspace, and else as the files have it.
    pub fn name(&self, rep: RepNo, name: &dyn Fn(RepNo) -> String) -> String {
        let stranger = self.lives.stranger(rep);
        stranger.map_or_else(|| name(rep), str::to_owned)
    }

    /// The key of a rep, for exports.
    pub fn key(&self, state: &State, rep: RepNo) -> String {
        self.name(rep, &|rep| state.roster().rep(rep).key.clone())
    }

    /// Whether figures may stand on what files tell.
    pub fn is_told(&self) -> bool {
        self.source != Source::Own
    }

    /// What is to be known of it before any figure; nothing of the journal's own.
    pub fn caveats(&self) -> Vec<String> {
        if !self.is_told() {
            return Vec::new();
        }
        let lives = &self.lives;
        let told = lives.told();
        let mut caveats = vec![match self.source {
            Source::Both => format!(
                "{} of {} are from imported files{}: others decided who got them, so they compare \
                 nobody.",
                count(told as f64, "record"),
                lives.all.len(),
                self.named()
            ),
            _ => format!(
                "{} from imported files{}: others decided who got what, so nothing here compares \
                 reps.",
                count(told as f64, "record"),
                self.named()
            ),
        }];
        if lives.twice > 0 {
            caveats.push(format!(
                "{} of the files are in the journal too; each is counted once, as the journal has it.",
                count(lives.twice as f64, "record")
            ));
        }
        let files = lives.all.iter().filter(|life| life.is_told());
        let touches = files.flat_map(|life| &life.touches);
        let (mut all, mut nobody) = (0u64, 0u64);
        for touch in touches {
            all += 1;
            nobody += u64::from(touch.rep.is_none());
        }
        if nobody > 0 {
            caveats.push(format!(
                "{nobody} of {} in the files name nobody who did it; they count as work of the owner \
                 at that time.",
                match all {
                    1 => "1 activity".to_owned(),
                    all => format!("{all} activities"),
                }
            ));
        }
        caveats
    }

    fn named(&self) -> String {
        let more = match self.sources.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let named: Vec<&str> = self.sources.iter().map(String::as_str).collect();
        let named = named[..named.len().min(NAMED_MAX)].join(", ");
        match named.is_empty() {
            true => String::new(),
            false => format!(" (told by {named}{more})"),
        }
    }
}
