//! Made-up history as files, of any size: deals, owners and activities of a team, with the flaws of
//! real exports. The same size and seed give the same bytes.

use std::fmt::Write;

/// How much history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) records: u64,
    pub(crate) owners: u64,
    pub(crate) activities: u64,
    pub(crate) reps: u64,
}

impl Size {
    /// What the issue asks for, scaled to so many records.
    pub(crate) fn of(records: u64) -> Self {
        Self {
            records,
            owners: records * 40 / 43,
            activities: records * 170 / 43,
            reps: 60,
        }
    }
}

/// The three files, in CSV.
pub(crate) struct Files {
    pub(crate) deals: String,
    pub(crate) owners: String,
    pub(crate) activities: String,
}

/// SplitMix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }
}

/// A day of 2024 or 2025 and a time, as ISO text.
fn moment(day: u64, minute: u64) -> String {
    let date = jiff::civil::date(2024, 1, 1);
    let days = jiff::Span::new().days(i64::try_from(day).expect("a few years"));
    let date = date.checked_add(days).expect("in range");
    format!("{date} {:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// Makes the files.
pub(crate) fn files(size: Size, seed: u64) -> Files {
    let mut dice = Dice(seed);
    let mut deals = String::from("\u{feff}Id,Owner,Owner Name,Since,Stage,Closed,Amount,Reason\n");
    for record in 0..size.records {
        let (rep, day) = (dice.below(size.reps), dice.below(600));
        let since = moment(day, dice.below(1_440));
        let closed = moment(day + 1 + dice.below(120), dice.below(1_440));
        let (stage, closed, amount, reason) = match dice.below(10) {
            0..3 => ("Closed Won", closed, "\"$1,250.50\"", ""),
            3..7 => ("Closed Lost", closed, "", "price"),
            7 => ("Junk", closed, "N/A", "No fit"),
            // The day on which an open deal is expected to close.
            _ => ("Negotiation", "2031-12-31 00:00".to_owned(), "$900", ""),
        };
        let _ = writeln!(
            deals,
            "D-{record:06},u{rep:03},Jo Person {rep},{since},{stage},{closed},{amount},{reason}"
        );
    }
    let mut owners = String::from("record,at,rep\n");
    for _ in 0..size.owners {
        let record = dice.below(size.records);
        let at = moment(dice.below(700), dice.below(1_440));
        let _ = match dice.below(20) {
            0 => writeln!(owners, "D-{record:06},{at},"),
            1 => writeln!(owners, "D-{record:06},{at},integration"),
            _ => writeln!(owners, "D-{record:06},{at},u{:03}", dice.below(size.reps)),
        };
    }
    let mut activities = String::from("record,at,kind,rep,id\n");
    for activity in 0..size.activities {
        let record = dice.below(size.records);
        let at = moment(dice.below(700), dice.below(1_440));
        let kind = ["Call", "E-mail", "Meeting", "Note"][dice.below(4) as usize];
        let rep = dice.below(size.reps);
        let _ = writeln!(
            activities,
            "D-{record:06},{at},{kind},u{rep:03},a{activity}"
        );
    }
    Files {
        deals,
        owners,
        activities,
    }
}

/// The mapping of the deals.
pub(crate) const MAP: &str = "mapping = 1\nblanks = [\"N/A\"]\n[columns]\nrecord = \"Id\"\n\
    rep = \"Owner\"\nassigned_at = \"Since\"\noutcome = \"Stage\"\nclosed_at = \"Closed\"\n\
    value = \"Amount\"\nreason = \"Reason\"\n[replace.outcome]\n\"Closed Won\" = \"won\"\n\
    \"Closed Lost\" = \"lost\"\nJunk = \"disqualified\"\nNegotiation = \"open\"\n[numbers]\n\
    thousands = \",\"\nstrip = [\"$\"]\n";

/// The commands that import the three files, without the name of the program.
pub(crate) const IMPORTS: [&str; 3] = [
    "import history deals.csv --data x.db --what deals --map map.toml --source crm --quiet",
    "import history owners.csv --data x.db --what owners --source crm --system integration --quiet",
    "import history activities.csv --data x.db --what activities --source dialer --quiet",
];
