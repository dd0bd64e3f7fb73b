//! Marks at the door: what stands for personal data when records are compared.
//!
//! The key is one per workspace, made when a policy first needs it and kept in the settings beside
//! the journal, as those of draws are: a backup has it, the journal never does. What is compared,
//! and in which form, is said by the policy; digests are made by the core.

use crate::host::directory::Directory;
use crate::host::fault::Fault;
use crate::host::private::Private;
use crate::host::secret;
use crate::host::workspace::Workspace;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::precedence::mark::{self, Mark, MarkKey};
use evenkeel_core::precedence::rung::Ladder;
use evenkeel_journal::setting::SettingEdit;
use std::sync::{Arc, PoisonError, RwLock};

/// The setting that holds the key.
pub const SETTING: &[u8] = b"mark/key";

/// What marks records by one policy version.
#[derive(Debug)]
pub struct Marker {
    /// How many versions there were.
    versions: usize,
    /// The ladder and the key; nothing for a policy that compares no personal data.
    by: Option<(Ladder, MarkKey)>,
}

impl Marker {
    /// What stands for the personal data of a record.
    pub fn marks(&self, schema: &Schema, attributes: &Attributes, private: &Private) -> Vec<Mark> {
        self.by.as_ref().map_or_else(Vec::new, |(ladder, key)| {
            mark::marks(ladder, key, schema, attributes, &private.fields)
        })
    }
}

/// The marker of the policy in force, kept until another is published.
#[derive(Debug, Default)]
pub struct Markers(RwLock<Option<Arc<Marker>>>);

impl Markers {
    fn now(&self, versions: usize) -> Option<Arc<Marker>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.clone().filter(|marker| marker.versions == versions)
    }

    fn keep(&self, marker: &Arc<Marker>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(marker));
    }
}

impl Workspace {
    /// What marks records by the policy of this directory, once it is known.
    pub fn marker_now(&self, directory: &Directory) -> Option<Arc<Marker>> {
        self.markers().now(directory.versions())
    }

    /// What marks records that come in now. A policy published in between may ask for marks that a
    /// record in flight does not have; it is then compared by what it has.
    pub async fn marker(&self, directory: &Directory) -> Result<Arc<Marker>, Fault> {
        if let Some(marker) = self.marker_now(directory) {
            return Ok(marker);
        }
        let (versions, ladder) = self.glance(|state| {
            let ladder = state
                .policy()
                .map(|policy| policy.document().ladder.clone());
            (state.versions().len(), ladder)
        });
        let by = match ladder.filter(|ladder| !ladder.marked().is_empty()) {
            None => None,
            Some(ladder) => Some((ladder, self.mark_key().await?)),
        };
        let marker = Arc::new(Marker { versions, by });
        self.markers().keep(&marker);
        Ok(marker)
    }

    /// The workspace's key, made when there is none.
    async fn mark_key(&self) -> Result<MarkKey, Fault> {
        if let Some(key) = self.kept_mark_key().await? {
            return Ok(key);
        }
        let edits = vec![
            SettingEdit::Expect {
                key: SETTING.to_vec(),
                value: None,
            },
            SettingEdit::Put {
                key: SETTING.to_vec(),
                value: secret::random::<32>().to_vec(),
            },
        ];
        match self.edit(edits).await {
            // Somebody else was faster: theirs it is.
            Ok(()) | Err(Fault::Changed) => {}
            Err(fault) => return Err(fault),
        }
        let kept = self.kept_mark_key().await?;
        kept.ok_or_else(|| Fault::Defect("the key of marks was written and is not there".into()))
    }

    async fn kept_mark_key(&self) -> Result<Option<MarkKey>, Fault> {
        let kept = self.settings(SETTING).await?;
        let secret = kept.into_iter().next().map(|setting| setting.value);
        match secret.map(<[u8; 32]>::try_from) {
            None => Ok(None),
            Some(Ok(secret)) => Ok(Some(MarkKey(secret))),
            Some(Err(_)) => Err(Fault::Defect("the key of marks has another length".into())),
        }
    }
}
