//! The files of a repository, read once and sorted by path.
//!
//! What is built, fetched or recorded (`target`, `node_modules`, `.git`, stores) is left out; that
//! is all this file knows of a repository's layout.

use std::fs;
use std::path::Path;

/// Folders that hold nothing of ours.
const NOT_OURS: [&str; 3] = ["target", "node_modules", ".git"];

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the repository's root, with `/` on every system.
    pub(crate) path: String,
    /// Size in bytes.
    pub(crate) size: usize,
    /// Its text; empty for what is not UTF-8.
    pub(crate) text: String,
}

/// All files, by path.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// The repository this test was built in.
    pub(crate) fn of_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut tree = Self::default();
        tree.walk(&root, "");
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        tree
    }

    /// A repository of these paths and texts.
    pub(crate) fn made_up(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            size: text.len(),
            text: (*text).to_owned(),
        };
        Self {
            files: files.iter().map(file).collect(),
        }
    }

    /// The text of the file at `path`.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.path == path)
            .map(|file| file.text.as_str())
    }

    /// Files whose name ends with `ending`.
    pub(crate) fn ending(&self, ending: &'static str) -> impl Iterator<Item = &File> {
        self.files
            .iter()
            .filter(move |file| file.path.ends_with(ending))
    }

    fn walk(&mut self, folder: &Path, prefix: &str) {
        let entries = fs::read_dir(folder).expect("a folder of the repository can be listed");
        for entry in entries {
            let entry = entry.expect("an entry of the repository can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    self.walk(&entry.path(), &format!("{path}/"));
                }
            } else if !name.contains(".db") {
                let bytes = fs::read(entry.path()).unwrap_or_default();
                let size = bytes.len();
                self.files.push(File {
                    path,
                    size,
                    text: String::from_utf8(bytes).unwrap_or_default(),
                });
            }
        }
    }
}

impl File {
    /// The name without its folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether all of it is test or bench code.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.contains("/benches/")
            || self.name() == "tests.rs"
    }
}
