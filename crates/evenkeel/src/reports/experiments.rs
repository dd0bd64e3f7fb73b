//! Experiments as a report: whether a change worked that groups of reps began with at different
//! times; weaker where who began was not dealt at random; suggestive where nobody was left without.
//!
//! A group is a pool, a pod or a rep. What is compared is the share of records that did well in
//! time, week by week. Starting dates are told by whoever asks; that they were dealt at random is
//! their word, and the report says which ground it stands on.

use crate::host::fault::Fault;
use crate::host::past::Instant;
use crate::reports::asked::{self, Wrong, given};
use crate::reports::asking::{Answer, Asks};
use crate::reports::history::{self, History, Source};
use crate::reports::table::{Cell, Column, Report, Table};
use crate::reports::work::Work;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::measure::before_after::{Step, step};
use evenkeel_core::measure::figure::{Figure, count};
use evenkeel_core::measure::life::{Fate, Life, Lives, Reading};
use evenkeel_core::measure::periods::{WEEK, Weeks, Well};
use evenkeel_core::measure::permutation::shuffled;
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::rollout::{Effect, Pod, differences, staged};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Days within which a record is worked, or won, where none are asked for.
const WORKED: Span = Span::days(7);
const WON: Span = Span::days(30);
/// Most groups of one experiment.
const GROUPS_MAX: usize = 200;
/// What the arrangements are drawn with: the same question has the same answer for ever.
const SEED: u64 = 1;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// Which group began when: `north=2026-03-02, south=2026-03-16, west=never`. A group is the
    /// name of a pod or pool, or the key of a rep; all of the same kind.
    pub starts: Option<String>,
    /// `random` when the dates were dealt over the groups at random, `chosen` (the default) when
    /// somebody chose who begins.
    pub dealt: Option<String>,
    /// What is compared: `worked` (within 7 days, the default) or `won`.
    pub what: Option<String>,
    /// Days within which it must come; 7 for worked and 30 for won when absent.
    pub horizon: Option<String>,
    /// Reason codes of closed records that were won, with commas between; `won` when absent.
    pub won: Option<String>,
    /// The number of an event, a date (its first moment in UTC) or a moment, RFC 3339; now when
    /// absent.
    pub as_of: Option<String>,
    /// `json` (the default) or `csv`, then of one `table`.
    pub format: Option<String>,
    /// Name of the table for CSV; the first when absent.
    pub table: Option<String>,
}

/// A group of reps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Whoever got a record by a turn of this pool.
    Pool(PoolNo),
    /// These reps.
    Reps(BTreeSet<RepNo>),
}

/// A group that begins, or never does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// Who is in it.
    pub members: Members,
    /// When it begins; `None` never.
    pub begins: Option<Moment>,
}

/// What is asked, read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The groups, in the order given.
    pub groups: Vec<Group>,
    /// Whether the starts were dealt at random.
    pub random: bool,
    /// What is compared, and within how long.
    pub well: (Well, Span),
    reading: Reading,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The effect over the groups; or why there is none.
    pub effect: Result<Effect, Unknown>,
    /// The step in the series of all groups together, where all began at once.
    pub step: Option<Result<Step, Unknown>>,
    /// Shares by group and week; `None` in a week without records.
    pub weeks: Vec<Vec<Option<Figure>>>,
    /// When the first week begins.
    pub begin: Moment,
    /// Weeks that count: whole and ripe for every group.
    pub counted: usize,
}

impl Asks for Question {
    type Read = Read;
    type Found = Found;

    /// The journal's own: of what files tell nobody knows who began with what.
    fn history(&self) -> Result<history::Asked, Wrong> {
        let asked = history::Asked::read(None, self.as_of.as_ref(), Work::default())?;
        let source = Some(Source::Own);
        Ok(history::Asked { source, ..asked })
    }

    fn read(&self, state: &State, _: &History) -> Result<Read, Wrong> {
        let dealt = [("chosen", false), ("random", true)];
        let wells = [Well::Worked, Well::Won].map(|well| (well.word(), well));
        let well = asked::one_of("what", self.what.as_ref(), &wells)?;
        let usual = match well {
            Well::Worked => WORKED,
            Well::Won => WON,
        };
        let horizon = asked::days("horizon", self.horizon.as_ref())?;
        Ok(Read {
            groups: groups(state, self.starts.as_ref())?,
            random: asked::one_of("dealt", self.dealt.as_ref(), &dealt)?,
            well: (well, horizon.unwrap_or(usual)),
            reading: asked::reading(self.won.as_ref(), None)?,
        })
    }

    fn find(_: (&dyn Reader, WorkspaceId), history: &History, read: &Read) -> Result<Found, Fault> {
        Ok(find(&history.lives, read))
    }

    fn tell(answer: &Answer<Self>, _: &State, _: &dyn Fn(RepNo) -> String) -> Report {
        report(&answer.history.lives, &answer.read, &answer.found)
    }

    fn form(&self) -> (Option<&String>, Option<&String>) {
        (self.format.as_ref(), self.table.as_ref())
    }
}

/// The groups with their starts.
fn groups(state: &State, text: Option<&String>) -> Result<Vec<Group>, Wrong> {
    let Some(text) = given(text) else {
        return Ok(Vec::new());
    };
    let expected = "names with a date or “never”, such as north=2026-03-02, south=never";
    let lines = text.split([',', '\n', ';']).map(str::trim);
    let groups = lines.filter(|line| !line.is_empty()).map(|line| {
        let wrong = || Wrong::new("starts", line, expected);
        let (name, when) = line.rsplit_once('=').ok_or_else(wrong)?;
        let (name, when) = (name.trim(), when.trim());
        let begins = match when {
            "never" | "" => None,
            when => match Instant::parse(when) {
                Some(Instant::Time(at)) => Some(at),
                _ => return Err(wrong()),
            },
        };
        let unknown = || {
            Wrong::new(
                "starts",
                name,
                "the name of a pod or pool, or the key of a rep",
            )
        };
        Ok(Group {
            name: name.to_owned(),
            members: members(state, name).ok_or_else(unknown)?,
            begins,
        })
    });
    let groups: Result<Vec<Group>, Wrong> = groups.collect();
    let groups = groups?;
    if groups.len() > GROUPS_MAX {
        let seen = format!("{} groups", groups.len());
        return Err(Wrong::new(
            "starts",
            &seen,
            format!("at most {GROUPS_MAX} groups"),
        ));
    }
    Ok(groups)
}

fn members(state: &State, name: &str) -> Option<Members> {
    let policy = state.policy();
    let pods = policy.map_or(&[][..], |policy| &policy.document().pods);
    if let Some(pod) = pods.iter().find(|pod| pod.name == name) {
        let seated = pod.seats.iter().flat_map(|seat| &seat.reps);
        let reps = seated.filter_map(|key| state.roster().find(key));
        return Some(Members::Reps(reps.collect()));
    }
    if let Some(pool) = state.pool_no(name) {
        return Some(Members::Pool(pool));
    }
    let rep = state.roster().find(name)?;
    Some(Members::Reps(BTreeSet::from([rep])))
}

impl Members {
    fn has(&self, life: &Life) -> bool {
        match self {
            Self::Pool(pool) => life.pool() == Some(*pool),
            Self::Reps(reps) => life.first().is_some_and(|deal| reps.contains(&deal.rep)),
        }
    }
}

/// Works it out.
pub fn find(lives: &Lives, read: &Read) -> Found {
    let codes: Vec<Option<Fate>> = read.reading.of(lives);
    let (well, horizon) = read.well;
    let series: Vec<Weeks> = read
        .groups
        .iter()
        .map(|group| {
            let some = lives.all.iter().filter(|life| group.members.has(life));
            Weeks::of(lives, some, (well, &codes), horizon)
        })
        .collect();
    let with_any = series.iter().filter(|weeks| !weeks.all.is_empty());
    let begin = with_any
        .map(|weeks| weeks.begin)
        .min()
        .unwrap_or(lives.until);
    let length = ((lives.until - horizon) - begin).0.max(0) / WEEK.0;
    let counted = usize::try_from(length).unwrap_or(0);
    let tally = |weeks: &Weeks, at: usize| {
        let from = begin + Span(WEEK.0 * at as i64);
        let place = usize::try_from((from - weeks.begin).0.div_euclid(WEEK.0)).ok()?;
        let week = weeks.all.get(place)?;
        (week.tally.trials > 0.0).then_some(week.tally)
    };
    let tallies: Vec<Vec<Option<Tally>>> = series
        .iter()
        .map(|weeks| (0..counted).map(|at| tally(weeks, at)).collect())
        .collect();
    let starts: Vec<Option<usize>> = read
        .groups
        .iter()
        .map(|group| start(group, begin))
        .collect();
    Found {
        effect: effect(&tallies, &starts, read.random),
        step: together(&tallies, &starts),
        weeks: tallies
            .iter()
            .map(|group| {
                group
                    .iter()
                    .map(|one| one.map(|tally| tally.figure()))
                    .collect()
            })
            .collect(),
        begin,
        counted,
    }
}

/// The first whole week with the change.
fn start(group: &Group, begin: Moment) -> Option<usize> {
    let after = (group.begins? - begin).0.max(0);
    usize::try_from((after + WEEK.0 - 1) / WEEK.0).ok()
}

/// The effect over groups: of the weeks in which all of them had records.
fn effect(
    tallies: &[Vec<Option<Tally>>],
    starts: &[Option<usize>],
    random: bool,
) -> Result<Effect, Unknown> {
    let length = tallies.iter().map(Vec::len).min().unwrap_or(0);
    let full: Vec<usize> = (0..length)
        .filter(|at| tallies.iter().all(|group| group[*at].is_some()))
        .collect();
    if full.is_empty() {
        return Err(Unknown::TooFew {
            n: 0.0,
            needed: 2.0,
            what: "week in which every group had record",
        });
    }
    let key = DrawKey::from_seed(SEED);
    let rate = |group: &Vec<Option<Tally>>, at: usize| group[at].map_or(0.0, |tally| tally.rate());
    if random {
        let pods = tallies.iter().zip(starts).map(|(group, start)| Pod {
            begins: start.and_then(|start| {
                let at = full.partition_point(|week| *week < start);
                (at < full.len()).then_some(at)
            }),
            outcomes: full.iter().map(|at| rate(group, *at)).collect(),
        });
        return staged(&pods.collect::<Vec<Pod>>(), &key);
    }
    // Difference in differences: the weeks before the first start, and those after the last.
    let begun = starts.iter().flatten();
    let (first, last) = (begun.clone().min(), begun.max());
    let (Some(first), Some(last)) = (first, last) else {
        return Err(Unknown::NothingToCompare);
    };
    let mean = |group: &Vec<Option<Tally>>, weeks: &[usize]| {
        let sum: Tally = weeks.iter().filter_map(|at| group[*at]).sum();
        sum.rate()
    };
    let before: Vec<usize> = full.iter().copied().filter(|at| at < first).collect();
    let after: Vec<usize> = full.iter().copied().filter(|at| at >= last).collect();
    if before.is_empty() || after.is_empty() {
        return Err(Unknown::TooFew {
            n: before.len().min(after.len()) as f64,
            needed: 1.0,
            what: "week on each side",
        });
    }
    let unit = |(group, start): (&Vec<Option<Tally>>, &Option<usize>)| {
        (start.is_some(), mean(group, &before), mean(group, &after))
    };
    let units: Vec<(bool, f64, f64)> = tallies.iter().zip(starts).map(unit).collect();
    differences(&units, &key)
}

/// All groups together as one series, where all began in the same week.
fn together(
    tallies: &[Vec<Option<Tally>>],
    starts: &[Option<usize>],
) -> Option<Result<Step, Unknown>> {
    let change = starts.first().copied().flatten()?;
    if starts.iter().any(|start| *start != Some(change)) {
        return None;
    }
    let length = tallies.iter().map(Vec::len).min().unwrap_or(0);
    let sum = |at: usize| tallies.iter().filter_map(|group| group[at]).sum::<Tally>();
    let series: Vec<f64> = (0..length).map(|at| sum(at).rate()).collect();
    Some(match change < series.len() {
        true => step(&series, change),
        false => Err(Unknown::NothingToCompare),
    })
}

/// Deals starting weeks over groups: as many in each step as it goes, two weeks from one step to
/// the next, from the first Monday after `now`.
pub fn deal(names: &[String], steps: usize, key: &DrawKey, now: Moment) -> Vec<(String, Moment)> {
    let steps = steps.clamp(1, names.len().max(1));
    let places: Vec<usize> = (0..names.len()).map(|at| at % steps).collect();
    let monday = Weeks::monday(now) + WEEK;
    let dealt = shuffled(&places, key, 0);
    let start = |step: usize| monday + Span(2 * WEEK.0 * step as i64);
    names
        .iter()
        .zip(dealt)
        .map(|(name, step)| (name.clone(), start(step)))
        .collect()
}

/// As a report.
pub fn report(lives: &Lives, read: &Read, found: &Found) -> Report {
    let (well, horizon) = read.well;
    let mut said = Vec::new();
    if !read.groups.is_empty() {
        said.push(match &found.effect {
            Ok(effect) => effect.sentence(well.rate()),
            Err(unknown) => unknown.sentence(),
        });
    }
    match &found.step {
        Some(Ok(step)) => said.push(step.sentence(well.rate())),
        Some(Err(unknown)) => said.push(format!("As one series: {}", unknown.sentence())),
        None => {}
    }
    Report {
        until: lives.until,
        unknown: read.groups.is_empty().then(|| {
            "No experiment was named: which groups began with the change, and when?".to_owned()
        }),
        caveats: vec![format!(
            "Compared is the share of records that was {} within {horizon} of coming to a rep, by whole \
             week; only weeks all of whose records are that old count.",
            well.word()
        )],
        said,
        tables: vec![effects(found), weeks(read, found)],
    }
}

fn effects(found: &Found) -> Table {
    let rows = found.effect.iter().map(|effect| {
        vec![
            Cell::Numbers(effect.size),
            Cell::Number(effect.p),
            Cell::Count(effect.arrangements as u64),
            Cell::Text(if effect.exact { "all" } else { "drawn" }.to_owned()),
            Cell::Count(effect.periods as u64),
            Cell::Text(effect.ground.words().to_owned()),
        ]
    });
    Table {
        name: "effect",
        title: "What the change did".to_owned(),
        n: format!("n = {}", count(found.weeks.len() as f64, "group")),
        definition: "The mean difference between groups that had begun and groups that had not, week by \
                     week, with every effect that cannot be ruled out; and how often arranging the starts \
                     otherwise gives a difference like it."
            .to_owned(),
        columns: vec![
            Column::figure("effect", "Difference of shares"),
            Column::number("p", "Chance without an effect"),
            Column::number("arrangements", "Arrangements"),
            Column::words("which", "Which"),
            Column::number("weeks", "Weeks compared"),
            Column::words("ground", "What it rests on"),
        ],
        rows: rows.collect(),
    }
}

fn weeks(read: &Read, found: &Found) -> Table {
    let mut rows = Vec::new();
    for (group, shares) in read.groups.iter().zip(&found.weeks) {
        for (at, share) in shares.iter().enumerate() {
            let from = found.begin + Span(WEEK.0 * at as i64);
            let begun = group.begins.is_some_and(|begins| begins <= from);
            rows.push(vec![
                Cell::Text(group.name.clone()),
                Cell::Text(from.to_string()),
                Cell::Text(if begun { "with" } else { "without" }.to_owned()),
                Cell::maybe(*share, Cell::Shares),
            ]);
        }
    }
    Table {
        name: "weeks",
        title: "Group by group, week by week".to_owned(),
        n: format!("n = {}", count(found.counted as f64, "week")),
        definition:
            "The share of each group’s records that did well in time, by the week in which they \
                     came to a rep; with or without the change."
                .to_owned(),
        columns: vec![
            Column::words("group", "Group"),
            Column::words("week", "Week from"),
            Column::words("change", "Change"),
            Column::figure("share", "Share"),
        ],
        rows,
    }
}
