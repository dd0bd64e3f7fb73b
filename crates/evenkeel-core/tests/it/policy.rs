//! Policies: conditions, documents, their analysis, and matching, each against a second opinion.

mod capacity;
mod conditions;
mod documents;
mod earning;
mod interpreter;
mod matching;
mod methods;
mod queues;
mod reference;
mod soup;
mod world;
