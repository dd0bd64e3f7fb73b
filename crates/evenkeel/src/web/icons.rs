//! Our own small drawings: the keel and the marks of the rail. Decoration only, hidden from those
//! who have the words read to them.

use maud::PreEscaped;

/// The brand: a hull on its waterline, and the keel that keeps it upright.
pub const KEEL: PreEscaped<&str> = PreEscaped(
    r#"<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M2.5 9.5h19c-.7 4.6-4.300 7.500-9.500 7.500s-8.800-2.900-9.500-7.500Z"/><path d="M12 17v4.500M9 21.500h6M12 9.500v-7l4.500 4"/></svg>"#,
);
/// The same for the browser's tab.
pub const TAB: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0a7a88" stroke-width="2.200" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 9.5h19c-.7 4.600-4.300 7.500-9.500 7.500s-8.800-2.900-9.500-7.500Z"/><path d="M12 17v4.500M9 21.500h6M12 9.500v-7l4.500 4"/></svg>"##;

macro_rules! line_icon {
    ($path:literal) => {
        PreEscaped(concat!(
            r#"<svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=""#,
            $path,
            r#""/></svg>"#
        ))
    };
}

/// Today.
pub const TODAY: PreEscaped<&str> = line_icon!("M2.500 9h3l2-5.500 3.500 11 2-5.500h2.500");
/// Records.
pub const RECORDS: PreEscaped<&str> =
    line_icon!("M4 2.500h10v13H4zM7 6.500h4M7 9.500h4M7 12.500h2");
/// Pools.
pub const POOLS: PreEscaped<&str> =
    line_icon!("M9 2.500v13M2.500 5.500h13M4.500 5.500l-2 5h4zM13.500 5.500l-2 5h4zM6 15.500h6");
/// Reps.
pub const REPS: PreEscaped<&str> = line_icon!(
    "M6.500 8.500a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600ZM1.500 15c.4-2.800 2.400-4 5-4s4.600 1.200 5 4M12 3.200a2.600 2.600 0 0 1 0 5M13.500 11.300c1.700.5 2.700 1.700 3 3.700"
);
/// Recycling.
pub const RECYCLING: PreEscaped<&str> = line_icon!(
    "M3 8a6 6 0 0 1 10.800-2.800M15 10a6 6 0 0 1-10.800 2.800M14.500 2.500v3h-3M3.500 15.500v-3h3"
);
/// Books.
pub const BOOKS: PreEscaped<&str> =
    line_icon!("M3 3h3.500v12H3zM7.500 5.500H11v9.500H7.500zM12.500 4l2.800-.6 2 11-2.800.6z");
/// Policy.
pub const POLICY: PreEscaped<&str> = line_icon!(
    "M3 4.500h6M13 4.500h2M3 9h2M9 9h6M3 13.500h7M14 13.500h1M11 2.800v3.400M7 7.300v3.400M12 11.800v3.400"
);
/// What came of it.
pub const RESULTS: PreEscaped<&str> = line_icon!(
    "M3 15.500h12M3.500 12.500h3M2 12.500v0M5 8.500h8M9 8.500v0M6.500 4.500h9M11 4.500v0"
);
/// Search.
pub const FIND: PreEscaped<&str> =
    line_icon!("M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM11.700 11.700l3.300 3.300");
/// Something waits.
pub const WAIT: PreEscaped<&str> =
    line_icon!("M9 15.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM9 5.500V9l2.300 1.600");
/// Somebody is away.
pub const AWAY: PreEscaped<&str> = line_icon!("M3 4h12v11.500H3zM3 7.500h12M6.500 2v3M11.500 2v3");
/// Somebody is paused.
pub const PAUSE: PreEscaped<&str> = line_icon!("M6.500 4v10M11.500 4v10");
/// A list of records.
pub const QUEUE: PreEscaped<&str> = line_icon!("M3 4.500h12M3 9h12M3 13.500h7");
/// Something is missing.
pub const GAP: PreEscaped<&str> = line_icon!("M9 2.500l7 12.500H2zM9 7v3.500M9 12.800v.1");
