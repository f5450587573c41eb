//! Can shells complete the command, and can `man` show its pages?

#[path = "common/command.rs"]
mod command;

use command::handlelab;
use std::path::Path;

fn printed(args: &[&str]) -> String {
    let (code, out, err) = handlelab(Path::new("."), args);
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    out
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands_and_what_explain_explains() {
    for (shell, sign) in [
        ("bash", "complete -F _handlelab"),
        ("zsh", "#compdef handlelab"),
        ("fish", "complete -c handlelab"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer[handlelab]"),
    ] {
        let script = printed(&["completions", shell]);
        for word in [sign, "explain", "watch", "format"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        if matches!(shell, "bash" | "zsh") {
            assert!(script.contains("DuplicateHandle") && script.contains("HL052"), "{shell}");
            assert!(script.contains("use-after-close"), "{shell} knows the misuses that --deny takes");
        }
    }
    let (code, _, err) = handlelab(Path::new("."), &["completions", "dos"]);
    assert_eq!(code, 2);
    assert!(err.contains("powershell"), "{err}");
}

#[test]
fn the_manual_has_a_page_for_the_command_and_for_each_of_its_commands() {
    let main = printed(&["man"]);
    assert!(main.contains(".TH handlelab 1") && main.contains("SUBCOMMANDS"), "{main}");
    let help = printed(&["--help"]);
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 8, "{help}");
    for name in names {
        let page = printed(&["man", name]);
        assert!(page.contains(&format!(".TH handlelab-{name} 1")), "{page}");
    }
    let (code, _, err) = handlelab(Path::new("."), &["man", "nothing"]);
    assert_eq!(code, 2);
    assert!(err.contains("explain"), "{err}");
}
