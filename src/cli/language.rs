//! In which language a command speaks.

use inlav_core::language::Language;

use super::failure::Failure;

/// Runs a command in the language asked for, or else that of the environment, in which it also fails.
pub(super) fn speaking<T>(
    asked: Option<Language>,
    run: impl FnOnce(Language) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let language = asked.unwrap_or_else(of_environment);
    run(language).map_err(|failure| failure.in_language(language))
}

/// The language of the environment, as POSIX looks for it: `LC_ALL`, then `LC_MESSAGES`, then
/// `LANG`. Windows sets none of them; the offices that have it are Italian.
pub(super) fn of_environment() -> Language {
    let settings = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).unwrap_or_default());
    of_settings(&settings, cfg!(windows))
}

fn of_settings(settings: &[String], unset_is_italian: bool) -> Language {
    match settings.iter().find(|setting| !setting.is_empty()) {
        Some(setting) if setting.to_lowercase().starts_with("it") => Language::It,
        None if unset_is_italian => Language::It,
        _ => Language::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_setting_decides() {
        let language = |settings: [&str; 3]| of_settings(&settings.map(str::to_owned), false);
        assert_eq!(language(["", "", "it_IT.UTF-8"]), Language::It);
        assert_eq!(language(["C", "it_IT", "it_IT"]), Language::En);
        assert_eq!(language(["", "it", "en_GB.UTF-8"]), Language::It);
        assert_eq!(language(["", "", ""]), Language::En);
        assert_eq!(of_settings(&[String::new()], true), Language::It);
    }
}
