//! Out of rotation: a date, a reason, a book that stays, and nothing that happens by itself.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::command::pause_rep::PauseRep;
use evenkeel_core::command::resume_rep::ResumeRep;
use evenkeel_core::event::Event;
use evenkeel_core::people::rep::{PrivateRef, Status};
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment, Span};

fn pause(
    desk: &mut Desk,
    rep: &str,
    review: Moment,
    why: Option<u64>,
) -> Result<Vec<Event>, &'static str> {
    let digest = [3; 32];
    let reason = why.map(|subject| PrivateRef { subject, digest });
    let rep = rep.to_owned();
    let command = Command::PauseRep(PauseRep {
        rep,
        review,
        reason,
    });
    desk.run(&command).map_err(|refusal| refusal.code())
}

fn resume(desk: &mut Desk, rep: &str) -> Result<Vec<Event>, &'static str> {
    let rep = rep.to_owned();
    desk.run(&Command::ResumeRep(ResumeRep { rep }))
        .map_err(|refusal| refusal.code())
}

fn status(desk: &Desk, rep: &str) -> Status {
    let number = desk.state.roster().find(rep).expect("there");
    desk.state.roster().rep(number).profile.status
}

#[test]
fn the_book_stays_and_nothing_new_comes() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    desk.take_in("L-1", "US").expect("taken in");
    assert_eq!(desk.owner("L-1"), Some("ana"));
    pause(&mut desk, "ana", START + Span::days(14), Some(7)).expect("out of rotation");
    for number in 2..6 {
        let key = format!("L-{number}");
        desk.take_in(&key, "US").expect("taken in");
        assert_eq!(desk.owner(&key), Some("ben"));
    }
    assert_eq!(desk.owner("L-1"), Some("ana"), "the book stays");
}

#[test]
fn at_the_review_nothing_happens_until_somebody_answers() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    let review = START + DAY;
    pause(&mut desk, "ana", review, Some(7)).expect("out of rotation");
    let before = status(&desk, "ana");
    desk.wait(Span::days(3));
    let ticked = desk.run(&Command::Tick).map_err(|refusal| refusal.code());
    assert_eq!(ticked, Err("nothing_to_do"), "the date alone moves nothing");
    assert_eq!(status(&desk, "ana"), before);
    // Out until another date: since when and why stay as they were said.
    let later = desk.now + Span::days(7);
    pause(&mut desk, "ana", later, None).expect("another date");
    let Status::Paused {
        since,
        review,
        reason,
    } = status(&desk, "ana")
    else {
        panic!("she is still out");
    };
    assert_eq!((since, review), (START, Some(later)));
    assert_eq!(reason.map(|reason| reason.subject), Some(7));
    // Back.
    resume(&mut desk, "ana").expect("back in rotation");
    assert_eq!(status(&desk, "ana"), Status::Active);
    let mut again = State::new();
    desk.journal
        .iter()
        .for_each(|recorded| again.apply(recorded));
    assert_eq!(Desk::bytes(&again), Desk::bytes(&desk.state));
}

#[test]
fn what_cannot_be_is_refused_in_order() {
    let mut desk = Desk::with_reps(&["ana"]);
    let far = START + Span::days(14);
    assert_eq!(pause(&mut desk, "zoe", far, None), Err("rep_unknown"));
    assert_eq!(resume(&mut desk, "zoe"), Err("rep_unknown"));
    assert_eq!(resume(&mut desk, "ana"), Err("nothing_to_do"));
    for review in [START, START - DAY, START + Span::days(367)] {
        assert_eq!(pause(&mut desk, "ana", review, None), Err("value_refused"));
    }
    pause(&mut desk, "ana", far, None).expect("out of rotation");
    assert_eq!(pause(&mut desk, "ana", far, None), Err("nothing_to_do"));
    pause(&mut desk, "ana", far, Some(9)).expect("a reason is told later");
    desk.run(&Command::DeactivateRep(
        evenkeel_core::command::deactivate_rep::DeactivateRep {
            plan: None,
            rep: "ana".into(),
            book: evenkeel_core::command::deactivate_rep::BookGoes::Redeal,
        },
    ))
    .expect("she leaves");
    assert_eq!(pause(&mut desk, "ana", far, None), Err("rep_left"));
    assert_eq!(resume(&mut desk, "ana"), Err("rep_left"));
}
