//! Completion scripts name every subcommand.

use crate::bin::Bin;

#[test]
fn every_shell_learns_the_subcommands() {
    let bin = Bin::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = bin.run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        for verb in ["route", "explain", "policy", "completions"] {
            assert!(ran.out.contains(verb), "{shell} knows {verb}");
        }
    }
    assert_eq!(bin.run("completions tcsh").code, 2);
}
